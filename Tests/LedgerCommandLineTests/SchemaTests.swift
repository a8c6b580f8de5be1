internal import Foundation
internal import LedgerCommandLine
internal import Testing

@Suite("Answers in JSON")
struct SchemaTests {
    /// Validates lines against a schema and gives what is wrong with them.
    private func findings(_ lines: String, _ schema: String) throws -> String {
        let scratch = try Scratch()
        let file = try scratch.file("lines.jsonl", lines)
        let run = try Script.run("validate-schemas", [repository + "/schemas/" + schema, file])
        return run.status == 0 ? run.output : run.output + "\(run.status)"
    }

    @Test("every answer of every kind is what its schema says")
    func valid() async throws {
        let (scratch, outcomes) = try await Story.everything()
        #expect(outcomes.split(separator: "\n").count == 8)
        #expect(try findings(outcomes, "outcomes/outcome.json") == "")
        let records = await scratch.run("export").output
        #expect(records.split(separator: "\n").count == 9)
        #expect(try findings(records, "records/record.json") == "")
        let accounts = await scratch.run(
            "accounts", "--user", "ada", "--include-revoked", "--json")
        #expect(try findings(accounts.output, "accounts.json") == "")
        let active = await scratch.run("active", "--user", "ada", "--toolkit", "x", "--json")
        #expect(try findings(active.output, "active.json") == "")
        let acting = await scratch.run(
            "explain", "--user", "ada", "--toolkit", "gmail", "--json")
        #expect(acting.output.contains("\"because\""))
        #expect(try findings(acting.output, "explain.json") == "")
        let credential = accounts.output.member("credential") ?? ""
        let made = await scratch.run("explain", "--credential", credential, "--json")
        #expect(made.output.contains("\"grant\""))
        #expect(try findings(made.output, "explain.json") == "")
        let changes = await scratch.run("replay", "--between", "0", "4", "--json")
        #expect(changes.output.contains(#""change":"added""#))
        let later = await scratch.run("replay", "--between", "4", "9", "--json")
        #expect(later.output.contains(#""change":"revoked""#))
        #expect(try findings(changes.output + later.output, "changes.json") == "")
        let steps = await scratch.run("replay", "--follow-user", "ada", "--json")
        #expect(steps.lines.count == 9)
        #expect(try findings(steps.output, "changes.json#/$defs/step") == "")
        let tail = await scratch.run("tail", "--no-follow")
        for change in ["connected", "expired", "revoked", "labelChanged", "selectionChanged"] {
            #expect(tail.output.contains(#"{"change":"\#(change)""#))
        }
        #expect(try findings(tail.output, "tail.json") == "")
        #expect(try findings(tail.output.replacing(#""to""#, with: #""too""#), "tail.json") != "")
        let pinned = await scratch.run("active", "--user", "ada", "--pin", "gmail=none", "--json")
        #expect(try findings(pinned.output, "active.json") == "")
    }

    @Test("what is parked is what its schema says, and so are refusals and failures")
    func parked() async throws {
        let scratch = try await Scratch.withParked(2)
        await scratch.run("parked", "retry", "--reactor", "mailer", "--position", "2")
        for reactor in ["mailer", "other"] {
            let listed = await scratch.run("parked", "--reactor", reactor, "--json")
            #expect(try findings(listed.output, "parked.json") == "")
        }
        var lines = ""
        for arguments in [
            ["retry", "--all"], ["retry", "--position", "9"], ["discard", "--position", "1"],
        ] {
            let base = ["--ledger", scratch.ledger, "parked"] + arguments
            let run = await Scratch.run(base + ["--reactor", "mailer", "--json"])
            #expect(run.lines.count == 1)
            lines += run.output
        }
        #expect(try findings(lines, "envelope.json") == "")
        #expect(try findings(lines, "parked.json") == "")
        let wrong = lines.replacing(#""marked""#, with: #""noted""#)
        #expect(try findings(wrong, "parked.json") != "")
    }

    @Test("a listing and what comes of it are what their schemas say")
    func reconciliation() async throws {
        let scratch = try await Story.begin()
        let lines = try String(
            contentsOfFile: repository + "/schemas/examples/listing.jsonl", encoding: .utf8)
        #expect(try findings(lines, "listing.json") == "")
        let file = try scratch.file("listing.jsonl", lines)
        var answers = ""
        for options in [
            ["--partial"], ["--complete"], ["--complete", "--total", "6", "--pages", "2"],
            ["--complete", "--total", "9"],
            [
                "--complete", "--apply", "missingHere", "validThere", "--now",
                "2026-02-01T00:00:00Z",
            ],
            [
                "--complete", "--apply", "missingThere", "expiredThere",
                "--revoke-although-the-listing-is-suspicious", "--now", "2026-02-01T00:00:00Z",
            ],
        ] {
            let run = await Scratch.run(
                [
                    "--ledger", scratch.ledger, "reconcile", "--platform", "nylas", "--listing",
                    file, "--taken-at", "2026-01-05T00:00:00Z", "--count-without-platform",
                    "--json",
                ] + options)
            #expect(run.lines.count == 1)
            answers += run.output
        }
        #expect(answers.contains(#""kind":"expiredThere""#))
        #expect(try findings(answers, "reconciliation.json") == "")
        #expect(try findings(answers, "envelope.json") == "")
        let wrong = answers.replacing(#""takenAt""#, with: #""taken""#)
        #expect(try findings(wrong, "reconciliation.json") != "")
    }

    @Test("every subcommand writes exactly one envelope")
    func envelopes() async throws {
        let scratch = try await Story.begin()
        var lines = ""
        for arguments in [
            ["history", "--user", "ada"], ["verify"], ["rebuild", "--dry-run"], ["diff"], ["stat"],
            ["doctor"],
            ["backup", "--to", scratch.path + "/copy"], ["demo"], ["create"],
            ["expire", "--grant", "none", "--now", "2026-02-01T00:00:00Z"],
            ["expire", "--grant", "g-1", "--now", "2026-02-01T00:00:00Z"],
            ["accounts", "--user", "ada", "--as-of", "99"], ["replay", "--as-of", "99"],
            ["replay", "--between", "0", "3"], ["replay", "--between", "3", "3"],
            ["replay", "--between", "0", "99"],
            ["history", "--user", "ada", "--html", scratch.path + "/ada.html"],
        ] {
            let ledger = arguments == ["demo"] ? [] : ["--ledger", scratch.ledger]
            let run = await Scratch.run(ledger + arguments + ["--json"])
            #expect(run.lines.count == 1, "\(arguments): \(run.output)")
            lines += run.output
        }
        #expect(try findings(lines, "envelope.json") == "")
    }

    @Test("the data of a command's envelope is the line that apply answers with")
    func outcome() async throws {
        let run = await (try Story.begin()).run(
            "expire", "--grant", "g-1", "--now", "2026-02-01T00:00:00Z", "--json")
        let data = run.output.dropFirst(#"{"version":1,"status":"ok","data":"#.count)
            .replacingOccurrences(of: #","diagnostics":[]}"#, with: "")
        #expect(try findings(data, "outcomes/outcome.json") == "")
    }
}
