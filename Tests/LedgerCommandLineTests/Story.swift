internal import LedgerCommandLine

/// A ledger with a simulated clock: two Gmail accounts of `ada`, of which the second expired.
enum Story {
    static func begin() async throws -> Scratch {
        let scratch = try Scratch()
        await scratch.run("create", "--simulate-clock")
        for line in imports {
            _ = await scratch.apply([line], "--simulate-clock")
        }
        await scratch.run(
            "expire", "--grant", "g-2", "--reason", "password changed", "--actor", "platform:nylas",
            "--now", "2026-01-03T00:00:00Z")
        return scratch
    }

    /// A ledger on which every kind of record was written, in nine records.
    static func everything() async throws -> (Scratch, outcomes: String) {
        let scratch = try await begin()
        var outcomes = ""
        func line(_ text: String, _ second: Int) async {
            let now = #","now":"2026-01-05T00:00:\#(second)Z"}"#
            outcomes += await scratch.apply([text.dropLast() + now], "--simulate-clock").output
        }
        await line(
            #"{"command":"issueState","user":"ada","toolkit":"gmail","allowMultiple":true,"#
                + #""label":"L"}"#, 10)
        let state = outcomes.member("state") ?? ""
        await line(
            #"{"command":"link","state":"\#(state)","grant":"g-3","provider":"google","#
                + #""scopes":["a"],"account":{"subject":"3","name":"A"},"idempotencyKey":"k"}"#, 11)
        let linked = outcomes.split(separator: "\n").last.map(String.init)
        let credential = linked?.member("credential") ?? ""
        await line(#"{"command":"relabel","credential":"\#(credential)","label":"Neu"}"#, 12)
        let select = #"{"command":"select","user":"ada","toolkit":"gmail","credential":"#
        await line(select + #""\#(credential)"}"#, 13)
        await line(select + "null}", 14)
        await line(#"{"command":"revoke","grant":"g-1","actor":{"kind":"user","id":"ada"}}"#, 15)
        await line(#"{"command":"revoke","grant":"none"}"#, 16)
        await line(#"{"command":"expire","grant":"g-2"}"#, 17)
        return (scratch, outcomes)
    }

    private static let imports = [
        """
        {"command":"import","user":"ada","toolkit":"gmail","grant":"g-1","provider":"google",\
        "account":{"subject":"1001","email":"ada@example.com"},"now":"2026-01-01T00:00:00Z"}
        """,
        """
        {"command":"import","user":"ada","toolkit":"gmail","grant":"g-2","provider":"google",\
        "account":{"subject":"1002","email":"ada@work.example"},"label":"Work",\
        "now":"2026-01-02T00:00:00Z"}
        """,
    ]
}
