internal import Foundation
internal import LedgerCommandLine
internal import Testing

@Suite("Reconciling on the command line")
struct ReconcileTests {
    private static let listed = [
        #"{"grant":"g-1","status":"expired","user":"ada"}"#,
        #"{"grant":"g-9","status":"valid","user":"eve","toolkit":"gmail","provider":"google","#
            + #""account":{"subject":"9","email":"eve@example.com"}}"#,
    ]

    /// Runs `reconcile` on the story with these lines.
    private func reconcile(
        _ scratch: Scratch, _ lines: [String], _ options: [String] = ["--complete"]
    ) async throws -> Run {
        let file = try scratch.file("listing.jsonl", lines.map { $0 + "\n" }.joined())
        return await Scratch.run(
            [
                "--ledger", scratch.ledger, "--utc", "reconcile", "--platform", "nylas",
                "--listing", file, "--taken-at", "2026-01-05T00:00:00Z",
                "--count-without-platform",
            ] + options)
    }

    @Test("people read what differs, what would mend it, and why")
    func text() async throws {
        let scratch = try await Story.begin()
        let run = try await reconcile(scratch, Self.listed)
        #expect(run.status == .found)
        #expect(
            run.output.withoutChance == """
                KIND          USER  CREDENTIAL                       GRANT  MEND    REASON
                missingHere   eve   -                                g-9    import  \
                valid there, unknown here
                missingThere  ada   cred_11111111111111111111111111  g-2    revoke  \
                expired here, not listed
                expiredThere  ada   cred_22222222222222222222222222  g-1    expire  \
                valid here, listed as expired
                nylas at 2026-01-05 00:00:00Z, complete: 2 listed, 2 known, 0 the same; \
                1 missingHere, 1 missingThere, 1 expiredThere.
                Nothing was changed. To mend: --apply missingHere missingThere expiredThere

                """)
    }

    @Test("what is chosen is mended; once all is, there is nothing to find")
    func applying() async throws {
        let scratch = try await Story.begin()
        let apply = ["--now", "2026-01-06T00:00:00Z", "--complete", "--apply"]
        let some = try await reconcile(scratch, Self.listed, apply + ["expiredThere"])
        #expect(some.status == .found)
        #expect(some.output.contains("expire applied"))
        let rest = try await reconcile(
            scratch, Self.listed, apply + ["missingHere", "missingThere"])
        #expect(rest.status == .fine)
        let none = try await reconcile(scratch, Self.listed)
        #expect(none.status == .fine)
        #expect(
            none.output == "nylas at 2026-01-05 00:00:00Z, complete: 2 listed, 2 known,"
                + " 2 the same.\n")
        let history = await scratch.run("history", "--user", "eve")
        #expect(history.output.contains("platform:nylas"))
        #expect(history.output.contains("imported from reconciliation"))
        #expect(await scratch.run("verify").status == .fine)
    }

    @Test("a look leaves the file byte for byte as it was")
    func readOnly() async throws {
        let scratch = try await Story.begin()
        let before = try scratch.bytes("ledger/data.mdb")
        _ = try await reconcile(scratch, Self.listed)
        #expect(try scratch.bytes("ledger/data.mdb") == before)
    }

    @Test("a partial listing revokes nothing, whatever is asked for")
    func partial() async throws {
        let scratch = try await Story.begin()
        let lines = [#"{"grant":"g-1","status":"revoked"}"#]
        let run = try await reconcile(
            scratch, lines,
            [
                "--partial", "--now", "2026-01-06T00:00:00Z", "--apply", "missingThere",
                "revokedThere",
            ])
        #expect(run.status == .found)
        #expect(run.output.contains("a partial listing revokes nothing"))
        let accounts = await scratch.run("accounts", "--user", "ada")
        #expect(accounts.lines.count == 3)
    }

    @Test("a complete listing that is empty is believed only where that is said at length")
    func suspicious() async throws {
        let scratch = try await Story.begin()
        let look = try await reconcile(scratch, [])
        #expect(look.status == .found)
        #expect(look.output.contains("Suspicious: the listing is empty."))
        let apply = ["--complete", "--now", "2026-01-06T00:00:00Z", "--apply", "missingThere"]
        let refused = try await reconcile(scratch, [], apply + ["--json"])
        #expect(refused.status == .unusable)
        #expect(refused.output.contains(#""code":"suspiciousListing""#))
        #expect(await scratch.run("accounts", "--user", "ada").lines.count == 3)
        let confirmed = try await reconcile(
            scratch, [], apply + ["--revoke-although-the-listing-is-suspicious"])
        #expect(confirmed.status == .fine)
        #expect(await scratch.run("accounts", "--user", "ada").lines.count <= 1)
    }

    @Test("a listing that is dated after the ledger's time is refused")
    func future() async throws {
        let scratch = try await Story.begin()
        let run = try await reconcile(
            scratch, Self.listed,
            ["--complete", "--now", "2026-01-04T00:00:00Z", "--apply", "missingThere", "--json"])
        #expect(run.status == .unusable)
        #expect(run.output.contains(#""code":"futureListing""#))
        #expect(await scratch.run("accounts", "--user", "ada").lines.count == 3)
    }

    @Test("a file that is cut off is not called complete")
    func cutOff() async throws {
        let scratch = try await Story.begin()
        let whole = #"{"grant":"g-1","status":"valid"}"#
        let file = try scratch.file("cut.jsonl", whole + "\n" + whole)
        let options = [
            "--ledger", scratch.ledger, "reconcile", "--platform", "nylas", "--listing", file,
            "--taken-at", "2026-01-05T00:00:00Z",
        ]
        let complete = await Scratch.run(options + ["--complete"])
        #expect(complete.status == .unusable)
        #expect(complete.errors.contains("Line 2 of the listing has no line feed"))
        #expect(await Scratch.run(options + ["--partial"]).status == .fine)
        let total = try await reconcile(scratch, [whole], ["--complete", "--total", "2"])
        #expect(total.status == .unusable)
        #expect(total.errors.contains("the platform said 2 grants and 1 different ones"))
    }

    @Test(
        "rubbish refuses the whole file, naming line and field",
        arguments: [
            ("", "Line 2 of the listing is blank"), ("nonsense", "Line 2 of the listing "),
            ("[]", "Line 2 of the listing is not a JSON object"),
            (#"{"status":"valid"}"#, "its grant is required"),
            (#"{"grant":"g","status":"VALID"}"#, "its status is none of"),
            (#"{"grant":null,"status":"valid"}"#, "its grant must not be null"),
            (#"{"grant":"g","status":"valid","colour":1}"#, "its colour is not a field of"),
            (#"{"grant":"","status":"valid"}"#, "Row 2 of the listing is no grant: its grant"),
            (#"{"grant":"g","status":"valid","account":{"mail":"x"}}"#, "its account.mail"),
            (#"{"grant":"g","status":"valid","connectedAt":"today"}"#, "its connectedAt"),
            (#"{"grant":"\#(String(repeating: "g", count: 1 << 20))"}"#, "is longer than"),
        ])
    func rubbish(line: String, message: String) async throws {
        let scratch = try await Story.begin()
        let run = try await reconcile(scratch, [Self.listed[0], line, Self.listed[1]])
        #expect(run.status == .unusable)
        #expect(run.errors.contains(message), "\(run.errors)")
        #expect(run.output.isEmpty)
    }

    @Test(
        "a wrong call is a usage error",
        arguments: [
            [], ["--complete", "--partial"], ["--partial", "--total", "3"],
            ["--complete", "--apply", "revokedHere"], ["--complete", "--pages", "0"],
            ["--complete", "--taken-at", "yesterday"], ["--complete", "--listing", "none"],
        ])
    func usage(options: [String]) async throws {
        let scratch = try await Story.begin()
        #expect(try await reconcile(scratch, Self.listed, options).status == .unusable)
    }

    @Test("without a ledger there is nothing to compare with")
    func absent() async throws {
        let scratch = try Scratch()
        let run = try await reconcile(scratch, Self.listed)
        #expect(run.status == .unusable)
        #expect(!scratch.exists("ledger"))
    }

    @Test("the line that mends a finding is a command that apply takes")
    func mends() async throws {
        let scratch = try await Story.begin()
        let run = try await reconcile(scratch, Self.listed, ["--complete", "--json"])
        let data = try JSONSerialization.jsonObject(with: Data(run.output.utf8))
        let report = (data as? [String: Any])?["data"] as? [String: Any]
        let findings = try #require(report?["findings"] as? [[String: Any]])
        // One of ada's two moves the version that the other one names.
        for finding in findings.prefix(2) {
            var mend = try #require(finding["mend"] as? [String: Any])
            mend["now"] = "2026-01-06T00:00:00Z"
            let line = try JSONSerialization.data(withJSONObject: mend)
            let text = String(decoding: line, as: UTF8.self)
            let outcome = await scratch.apply([text], "--simulate-clock")
            #expect(outcome.output.contains(#""outcome":"applied""#), "\(outcome.output)")
        }
    }
}
