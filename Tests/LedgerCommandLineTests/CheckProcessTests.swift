internal import Foundation
internal import LedgerCommandLine
internal import Testing

@Suite("Verifying in a process of its own", .timeLimit(.minutes(1)))
struct CheckProcessTests {
    /// Runs verify with a script in place of the program that checks.
    private func verify(
        _ script: String, _ options: String..., isStopped: Bool = false
    ) async throws -> Run {
        let scratch = try Scratch()
        let program = try scratch.file("program", "#!/bin/sh\n" + script + "\n")
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: program)
        let arguments = ["--ledger", scratch.ledger, "verify"] + options
        return await Scratch.run(arguments) { console in
            console.checkingProgram = program
            console.environment = ["PATH": "/usr/bin:/bin"]
            if isStopped { console.interruption.request() }
        }
    }

    @Test("passes answer and exit code on", arguments: [0, 2, 3, 4])
    func passesOn(status: Int32) async throws {
        let run = try await verify(#"echo "answer $*"; exit \#(status)"#, "--json", "--no-color")
        #expect(run.status.rawValue == status)
        #expect(run.output.hasPrefix("answer --ledger "))
        #expect(run.output.hasSuffix(" verify --json --no-color\n"))
        #expect(run.errors.isEmpty)
    }

    @Test(
        "answers by itself where damage stops the other process",
        arguments: ["BUS", "SEGV", "ABRT", "ILL", "TRAP", "FPE"])
    func damage(signal: String) async throws {
        let script = "ulimit -c 0; echo half an answer; echo noise >&2; kill -\(signal) $$"
        let run = try await verify(script, "--json")
        #expect(run.status == .broken)
        #expect(run.lines.count == 1)
        #expect(run.output.hasPrefix(#"{"version":1,"status":"error","data":{"head":null,"#))
        #expect(run.output.contains(#""kind":"unreadable""#))
        #expect(run.output.contains("SIG\(signal) stopped the process"))
        #expect(run.errors == "noise\n")
        let text = try await verify(script)
        #expect(text.status == .broken)
        #expect(text.output.contains("unreadable"))
        #expect(!text.output.contains("half"))
    }

    @Test("does not take another end for damage")
    func otherEnds() async throws {
        let killed = try await verify("kill -KILL $$", "--json")
        #expect(killed.status == .unusable)
        #expect(killed.output.contains(#""code":"checkEnded""#))
        #expect(try await verify("kill -TERM $$").status == .stopped)
    }

    @Test("stops the other process where somebody wishes to stop")
    func stops() async throws {
        let run = try await verify("exec sleep 50", isStopped: true)
        #expect(run.status == .stopped)
        #expect(run.output.isEmpty)
    }

    @Test("does not read the ledger itself where the other process cannot be started")
    func notStarted() async throws {
        let scratch = try await Story.begin()
        let run = await Scratch.run(["--ledger", scratch.ledger, "verify", "--json"]) { console in
            console.checkingProgram = scratch.ledger + "/no-such-program"
        }
        #expect(run.status == .unusable)
        #expect(run.output.contains(#""code":"checkNotStarted""#))
    }

    @Test("gives the other process a place for its files that is gone afterwards")
    func scratchPlace() async throws {
        let run = try await verify(#"touch "$TMPDIR/left"; echo "$TMPDIR"; kill -BUS $$"#)
        #expect(run.status == .broken)
        let kept = try await verify(#"touch "$TMPDIR/left"; echo "$TMPDIR""#)
        let place = try #require(kept.lines.first)
        #expect(place.contains("account-ledger-check-"))
        #expect(!FileManager.default.fileExists(atPath: place))
    }
}
