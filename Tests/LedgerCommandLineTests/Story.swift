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
