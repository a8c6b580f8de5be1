internal import Foundation
internal import LedgerCommandLine
internal import LedgerDomain
internal import LedgerFormat
internal import Testing

@Suite("Restoring a ledger from CloudEvents")
struct CloudEventImportTests {
    /// What is the same in two ledgers of the same records: views and digests of rows.
    private static func digests(_ scratch: Scratch) async -> String {
        let run = await scratch.run("stat", "--digests", "--json")
        let end = run.output.range(of: #""tables""#)?.lowerBound ?? run.output.endIndex
        let start = run.output.range(of: #""views""#)?.lowerBound ?? run.output.startIndex
        return String(run.output[start..<end])
    }

    private static func export(_ scratch: Scratch) async -> [String] {
        await scratch.run("export", "--format", "cloudevents").lines
    }

    /// Imports lines into the ledger of a directory.
    private static func restore(
        _ lines: [String], into scratch: Scratch, _ options: String...
    ) async throws -> Run {
        let text = lines.map { $0 + "\n" }.joined()
        let file = try scratch.file("import.jsonl", text)
        return await Scratch.run(
            ["--ledger", scratch.ledger, "import", "--format", "cloudevents", file] + options)
    }

    @Test("a restored ledger has the same lines, views, answers and name, and verifies")
    func identical() async throws {
        let (scratch, _) = try await Story.everything()
        let lines = await Self.export(scratch)
        for batch in ["1", "2", "1000"] {
            let other = try Scratch()
            let run = try await Self.restore(lines, into: other, "--batch", batch)
            #expect(run.status == .fine, "\(run.errors)")
            #expect(run.output.hasSuffix(": 9 records written, 0 there already.\n"))
            #expect(run.output.hasPrefix("Restored the log up to position 9 into /"))
            #expect(await Self.export(other) == lines)
            #expect(await Self.digests(other) == Self.digests(scratch))
            #expect(await other.run("verify").status == .fine)
            #expect(await other.run("diff").status == .fine)
            for command in [
                ["accounts", "--user", "ada", "--include-revoked", "--json"],
                ["active", "--user", "ada", "--json"], ["history", "--user", "ada", "--json"],
            ] {
                let left = await Scratch.run(["--ledger", scratch.ledger] + command)
                let right = await Scratch.run(["--ledger", other.ledger] + command)
                #expect(left.output == right.output)
            }
        }
    }

    @Test("a restored ledger takes commands, and knows those it was given before")
    func goesOn() async throws {
        let (scratch, _) = try await Story.everything()
        let other = try Scratch()
        let lines = await Self.export(scratch)
        #expect(try await Self.restore(lines, into: other).status == .fine)
        let again =
            #"{"command":"link","state":"x","grant":"g-3","provider":"google","#
            + #""scopes":["a"],"account":{"subject":"3","name":"A"},"idempotencyKey":"k","#
            + #""now":"2026-02-01T00:00:00Z"}"#
        // The key is known, and the state of this command is another one.
        let run = await other.apply([again], "--simulate-clock")
        #expect(run.output.contains(#""refusal":"idempotencyKeyReused""#))
        let expire = await other.run("expire", "--grant", "g-3", "--now", "2026-02-01T00:00:00Z")
        #expect(expire.status == .fine)
        let longer = try await Self.restore(lines, into: other)
        #expect(longer.status == .unusable)
        #expect(longer.errors.contains("goes on to position 10. Nothing was changed."))
    }

    @Test("the same file again changes nothing, byte for byte")
    func again() async throws {
        let (scratch, _) = try await Story.everything()
        let lines = await Self.export(scratch)
        let other = try Scratch()
        #expect(try await Self.restore(lines, into: other).status == .fine)
        let bytes = try other.bytes("ledger/data.mdb")
        let run = try await Self.restore(lines, into: other, "--json")
        #expect(run.status == .fine)
        #expect(run.output.contains(#""head":9,"restored":0,"present":9"#))
        #expect(try other.bytes("ledger/data.mdb") == bytes)
    }

    @Test("an import that ended early goes on where it was", arguments: 1...9)
    func resumes(count: Int) async throws {
        let (scratch, _) = try await Story.everything()
        let lines = await Self.export(scratch)
        let other = try Scratch()
        _ = try await Self.restore(Array(lines.prefix(count)), into: other, "--batch", "1")
        let run = try await Self.restore(lines, into: other, "--json")
        #expect(run.status == .fine, "\(run.errors)")
        #expect(await Self.export(other) == lines)
        #expect(await other.run("verify").status == .fine)
    }

    @Test("a ledger without records is restored, and so is its policy")
    func empty() async throws {
        let scratch = try Scratch()
        let policy = try scratch.file("policy.json", #"{"accountLimit":3,"requireChoice":true}"#)
        await scratch.run("create", "--policy", policy)
        let lines = await Self.export(scratch)
        let other = try Scratch()
        #expect(try await Self.restore(lines, into: other).status == .fine)
        let stat = await other.run("stat", "--json").output
        #expect(stat.contains(#""accountLimit":3"#))
        #expect(stat.member("ledger") == lines[0].member("id"))
        #expect(stat.member("createdAt") == lines[0].member("time"))
    }

    @Test("lines that went through the package of the CloudEvents project restore the same ledger")
    func rewritten() async throws {
        let (scratch, _) = try await Story.everything()
        let lines = await Self.export(scratch)
        let file = try scratch.file("lines.jsonl", lines.map { $0 + "\n" }.joined())
        let written = try Script.run("validate-cloudevents", ["--rewrite", file])
        #expect(written.status == 0)
        let others = written.output.split(separator: "\n").map(String.init)
        #expect(others.count == lines.count)
        #expect(others != lines)
        let other = try Scratch()
        let run = try await Self.restore(others, into: other)
        #expect(run.status == .fine, "\(run.errors)")
        #expect(await Self.export(other) == lines)
    }

    @Test("standard input is a file too, and a wish to stop leaves whole commands")
    func standardInput() async throws {
        let (scratch, _) = try await Story.everything()
        let lines = await Self.export(scratch)
        let other = try Scratch()
        let input = lines.map { Array(($0 + "\n").utf8) }
        let stopped = await other.run(
            "import", "--format", "cloudevents", "-", "--batch", "1", input: input
        ) { console in
            let (interruption, read) = (console.interruption, console.input)
            console.input = { count throws(InputFailure) in
                let bytes = try read(count)
                if bytes == input[4] { interruption.request() }
                return bytes
            }
        }
        #expect(stopped.status == .stopped)
        #expect(stopped.errors.contains("Run it again to go on"))
        #expect(await other.run("verify").status == .fine)
        let rest = await other.run("import", "--format", "cloudevents", "-", input: input)
        #expect(rest.status == .fine, "\(rest.errors)")
        #expect(await Self.export(other) == lines)
    }

    @Test("options that say what a table means are refused")
    func options() async throws {
        for options in [
            ["--toolkit", "a=b"], ["--strict"], ["--rejects", "r"], ["--actor", "user:u"],
            ["--now", "2026-01-01T00:00:00Z"],
        ] {
            let run = await Scratch.run(
                ["--ledger", "l", "import", "--format", "cloudevents", "f"] + options)
            #expect(run.status == .unusable)
            #expect(run.errors.contains("only --batch may be given"))
        }
    }
}
