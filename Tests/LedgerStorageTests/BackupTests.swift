internal import Foundation
internal import LedgerStorage
internal import Testing

@Suite struct BackupTests {
    @Test("A copy holds one committed state, for its owner only", arguments: [false, true])
    func contents(compact: Bool) throws {
        let scratch = try ScratchEnvironment(in: .disk)
        for number in 0..<100 { try scratch.put("\(number)", "value \(number)") }
        let copy = scratch.directory.appending("copy")
        try scratch.environment.copy(to: copy, compact: compact)
        try scratch.put("0", "later")
        #expect(FileTree(copy).names == ["data.mdb"])
        #expect(try FileTree.mode(copy) == 0o700)
        #expect(try FileTree.mode(copy + "/data.mdb") == 0o600)
        let opened = try ScratchEnvironment.open(copy, access: .readOnly)
        for number in 0..<100 {
            #expect(try ScratchEnvironment.get("\(number)", opened) == "value \(number)")
        }
    }

    @Test("A copy is made while others write and read")
    func hot() throws {
        let scratch = try ScratchEnvironment()
        let writer = try ProbeProcess(scratch.path, "open readWrite fill 400 500")
        for number in 0..<5 {
            try scratch.environment.copy(to: scratch.directory.appending("copy\(number)"))
        }
        #expect(writer.finish() == ["open", "filled"])
        for number in 0..<5 {
            try ScratchEnvironment.open(
                scratch.directory.appending("copy\(number)"), access: .readWrite
            ).close()
        }
    }

    @Test("A directory that holds a ledger is refused and not changed")
    func refusesLedger() throws {
        let (scratch, other) = (try ScratchEnvironment(), try ScratchEnvironment())
        try other.put("mine", "1")
        let before = FileTree(other.path)
        let error = #expect(throws: StorageError.self) {
            try scratch.environment.copy(to: other.path)
        }
        #expect(error?.code == .pathProblem)
        #expect(throws: StorageError.self) { try scratch.environment.copy(to: scratch.path) }
        #expect(FileTree(other.path) == before)
    }

    @Test("A copy that cannot be finished leaves nothing", .enabled(if: Machine.hasNamespaces))
    func fullTarget() throws {
        let scratch = try ScratchEnvironment()
        let target = scratch.directory.appending("target")
        try FileManager.default.createDirectory(
            atPath: target, withIntermediateDirectories: false)
        let script = """
            mount -t tmpfs -o size=64k none "$0" && "$@"; ls -A "$0"
            """
        let probe = try ProbeProcess(
            scratch.path, "open readWrite fill 50 4000 try copy,\(target)",
            through: ["unshare", "-rm", "sh", "-c", script, target])
        #expect(probe.finish() == ["open", "filled", "error diskFull"])
    }
}
