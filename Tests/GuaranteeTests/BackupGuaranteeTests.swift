internal import AccountLedger
internal import Foundation
internal import LedgerDomain
internal import LedgerTestSupport
internal import Testing

/// The promise: a backup is whole or is none, and whatever stops a restore or a compaction leaves
/// what was there before, or what was to come.
@Suite struct BackupGuaranteeTests {
    private func export(_ path: String) throws -> [String] {
        let ending = try ChildProcess.run(path, ["export", "--format", "cloudevents"])
        #expect(ending.status == 0, "\(ending.errors)")
        return ending.lines
    }

    private func expectSound(_ path: String, _ comment: Comment) throws {
        let verification = try ChildProcess.run(path, ["verify"])
        #expect(verification.status == 0, "\(comment): \(verification.lines)")
    }

    /// Runs the program, and ends it as a crash would some moments after its work has begun.
    ///
    /// - Parameter mark: The file or directory by which it is seen to have begun.
    private func crash(
        _ path: String, _ arguments: [String], after mark: String, _ random: inout SeededGenerator
    ) async throws {
        // The process that works, and not one that another would watch.
        let role = ["ACCOUNT_LEDGER_CHECKS_FOR_PARENT": "pipe \(getpid())"]
        let child = try ChildProcess(path, arguments, variables: role)
        #expect(await eventually { FileManager.default.fileExists(atPath: mark) })
        try await Task.sleep(for: .microseconds(Int.random(in: 0...20_000, using: &random)))
        child.kill()
        _ = child.finish()
    }

    @Test("A backup made while others write is a beginning of what they have written")
    func hot() async throws {
        let directory = try TemporaryDirectory(in: .disk)
        let path = directory.appending("ledger")
        try await Ledger.fill(path, 500)
        let writer = try ChildProcess(path, ["apply"])
        let commands = try (0..<400).map {
            try CommandLineText.grant("w\($0)", of: "w\($0)", key: "w\($0)")
        }
        async let writing = onOwnThread {
            for command in commands {
                writer.send([command])
                _ = writer.line()
            }
        }
        for number in 0..<4 {
            let copy = directory.appending("copy\(number)")
            let backup = try ChildProcess.run(path, ["backup", "--to", copy])
            #expect(backup.status == 0, "\(backup.errors)")
            try expectSound(copy, "backup \(number)")
        }
        try await writing
        #expect(writer.finish().status == 0)
        let lines = try export(path)
        for number in 0..<4 {
            let copied = try export(directory.appending("copy\(number)"))
            #expect(copied.count >= 501)
            #expect(copied == Array(lines.prefix(copied.count)))
        }
    }

    @Test("A restore that is killed leaves nothing under the name, and the next one clears up")
    func killedRestore() async throws {
        let directory = try TemporaryDirectory(in: .disk)
        let (path, copy) = (directory.appending("ledger"), directory.appending("copy"))
        try await Ledger.fill(path, 3000)
        #expect(try ChildProcess.run(path, ["backup", "--to", copy]).status == 0)
        let lines = try export(path)
        let place = directory.appending("restored")
        let seed = Effort.seeds("", else: 1).first ?? 0
        var random = SeededGenerator(seed: seed)
        let files = FileManager.default
        var unfinished = 0
        for round in 0..<Effort.number("LEDGER_KILL_ROUNDS", else: 16) {
            try? files.removeItem(atPath: directory.appending(".restored.restoring/data.mdb"))
            try await crash(
                place, ["restore", "--from", copy, "--verify", "all"],
                after: directory.appending(".restored.restoring/data.mdb"), &random)
            let comment: Comment = "seed \(seed), round \(round)"
            if files.fileExists(atPath: place) {
                #expect(try files.contentsOfDirectory(atPath: place) == ["data.mdb"], comment)
                #expect(try export(place) == lines, comment)
                try files.removeItem(atPath: place)
            } else if files.fileExists(atPath: directory.appending(".restored.restoring")) {
                unfinished += 1
            }
        }
        #expect(unfinished > 0, "seed \(seed)")
        let last = try ChildProcess.run(place, ["restore", "--from", copy])
        #expect(last.status == 0, "\(last.errors)")
        try expectSound(place, "restored")
        #expect(FileTree(directory.path).names.filter { $0.contains("restoring") }.isEmpty)
    }

    @Test("A compaction that is killed leaves a whole ledger, and the next one clears up")
    func killedCompaction() async throws {
        let directory = try TemporaryDirectory(in: .disk)
        let path = directory.appending("ledger")
        try await Ledger.fill(path, 3000)
        let lines = try export(path)
        let seed = Effort.seeds("", else: 1).first ?? 0
        var random = SeededGenerator(seed: seed)
        var unfinished = 0
        for round in 0..<Effort.number("LEDGER_KILL_ROUNDS", else: 16) {
            try? FileManager.default.removeItem(atPath: path + "/compacting/data.mdb")
            try await crash(path, ["compact"], after: path + "/compacting/data.mdb", &random)
            if FileTree(path).names.contains("compacting") { unfinished += 1 }
            #expect(try export(path) == lines, "seed \(seed), round \(round)")
            try expectSound(path, "seed \(seed), round \(round)")
        }
        #expect(unfinished > 0, "seed \(seed)")
        #expect(try ChildProcess.run(path, ["compact"]).status == 0)
        #expect(try export(path) == lines)
        #expect(FileTree(path).names == ["data.mdb", "lock.mdb", "owner.lock"])
    }

    @Test(
        "Whoever is killed takes the process along that copies",
        arguments: ["backup", "restore", "compact"])
    func killedParent(name: String) async throws {
        let directory = try TemporaryDirectory(in: .disk)
        let (path, copy) = (directory.appending("ledger"), directory.appending("copy"))
        try await Ledger.fill(path, 3000)
        #expect(try ChildProcess.run(path, ["backup", "--to", copy]).status == 0)
        let place = directory.appending("new")
        let (ledger, arguments, mark) =
            switch name {
            case "backup": (path, ["backup", "--to", place, "--verify", "all"], place)
            case "restore":
                (
                    place, ["restore", "--from", copy, "--verify", "all"],
                    directory.appending(".new.restoring")
                )
            default: (path, ["compact"], path + "/compacting")
            }
        let files = FileManager.default
        var isCaught = false
        for _ in 0..<20 where !isCaught {
            for left in [place, mark] { try? files.removeItem(atPath: left) }
            let child = try ChildProcess(ledger, arguments)
            #expect(await eventually { files.fileExists(atPath: mark) })
            guard let worker = ProcessTable.children(of: child.identifier).first else { continue }
            // Stopped, it would stay for ever if nothing ended it.
            kill(worker, SIGSTOP)
            isCaught = await eventually { ProcessTable.state(of: worker).map { $0 == "T" } ?? true }
            isCaught = isCaught && ProcessTable.state(of: worker) == "T"
            let isThere = files.fileExists(atPath: place)
            child.kill()
            #expect(await eventually { ProcessTable.state(of: worker) == nil })
            kill(worker, SIGKILL)
            #expect(files.fileExists(atPath: place) == isThere)
        }
        #expect(isCaught)
        try? files.removeItem(atPath: place)
        #expect(try ChildProcess.run(ledger, arguments).status == 0)
    }

    @Test(
        "A place where a file system is mounted is refused before anything is copied",
        .enabled(if: Machine.hasNamespaces))
    func mountPoint() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.appending("ledger")
        try await Ledger.fill(path, 3)
        let target = directory.appending("mount")
        try FileManager.default.createDirectory(
            atPath: target, withIntermediateDirectories: false)
        let script = #"mount -t tmpfs none "$0" && "$1" --ledger "$0" restore --from "$2""#
        let ending = try ChildProcess.run(
            path, ["stat"],
            through: ["unshare", "-rm", "sh", "-c", script, target, ChildProcess.program, path])
        #expect(ending.status == 2)
        #expect(ending.errors.contains("Name a directory below it."), "\(ending.errors)")
        #expect(FileTree(directory.path).names.filter { $0.contains("restoring") }.isEmpty)
    }

    @Test("Nobody compacts a ledger, nor restores from a backup, that others have open")
    func inUse() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.appending("ledger")
        try await Ledger.fill(path, 3)
        let writer = try ChildProcess(path, ["apply"])
        writer.send([try CommandLineText.grant("x", of: "x", key: "x")])
        #expect(writer.line() != nil)
        let compacted = try ChildProcess.run(path, ["compact"])
        #expect(compacted.status == 2)
        #expect(compacted.errors.contains("has it open"), "\(compacted.errors)")
        let restored = try ChildProcess.run(
            directory.appending("restored"), ["restore", "--from", path])
        #expect(restored.status == 2)
        #expect(restored.errors.contains("has it open"), "\(restored.errors)")
        #expect(writer.finish().status == 0)
        #expect(FileTree(directory.path).names.filter { $0.hasPrefix("restored") }.isEmpty)
        #expect(try ChildProcess.run(path, ["compact"]).status == 0)
    }

    @Test(
        "A disk without room refuses each by its name, and keeps what there was",
        .enabled(if: Machine.hasNamespaces))
    func full() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.appending("ledger")
        try await Ledger.fill(path, 3000)
        let target = directory.appending("small")
        try FileManager.default.createDirectory(
            atPath: target, withIntermediateDirectories: false)
        let mount = "mount -t tmpfs -o size=1m none \"$0\" && "
        for command in [
            #""$1" --ledger "$2" backup --to "$0/copy""#,
            #""$1" --ledger "$0/copy" restore --from "$2""#,
        ] {
            let script = mount + command + #"; echo "exit $?"; ls -A "$0""#
            let ending = try ChildProcess.run(
                path, ["stat"],
                through: ["unshare", "-rm", "sh", "-c", script, target, ChildProcess.program, path])
            #expect(ending.lines.contains("exit 2"), "\(ending.lines) \(ending.errors)")
            #expect(ending.errors.contains("No space left on device"), "\(ending.errors)")
            #expect(!ending.lines.contains { $0.contains("restoring") })
        }
        try expectSound(path, "source")
    }
}
