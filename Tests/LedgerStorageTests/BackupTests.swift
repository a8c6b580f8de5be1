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

    @Test("A compacted file belongs to whom the old one did, with the same mode")
    func compactedOwner() throws {
        let scratch = try ScratchEnvironment(in: .disk)
        try scratch.put("mine", "1")
        scratch.environment.close()
        let file = scratch.path + "/data.mdb"
        let files = FileManager.default
        try files.setAttributes([.posixPermissions: 0o640], ofItemAtPath: file)
        let isRoot = geteuid() == 0
        if isRoot {
            try files.setAttributes(
                [.ownerAccountID: 1234, .groupOwnerAccountID: 1235], ofItemAtPath: file)
        }
        let alone = try ScratchEnvironment.open(scratch.path) { $0.exclusive = true }
        var modeOfCopy = -1
        try alone.compact { (copy) throws(StorageError) in
            modeOfCopy = (try? FileTree.mode(copy + "/data.mdb")) ?? -1
        }
        #expect(modeOfCopy == 0o640)
        #expect(try FileTree.mode(file) == 0o640)
        let attributes = try files.attributesOfItem(atPath: file)
        #expect(!isRoot || attributes[.ownerAccountID] as? Int == 1234)
        #expect(!isRoot || attributes[.groupOwnerAccountID] as? Int == 1235)
        #expect(try ScratchEnvironment.get("mine", alone) == "1")
    }

    @Test("A directory with anything in it but unfinished copies is refused, and not changed")
    func directories() throws {
        let scratch = try ScratchEnvironment()
        let files = FileManager.default
        let target = scratch.directory.appending("target")
        try files.createDirectory(
            atPath: target, withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o755])
        for name in ["notes", ".data.mdb.01234567"] {
            try Data("mine".utf8).write(to: URL(filePath: "\(target)/\(name)"))
        }
        let before = FileTree(target)
        let error = #expect(throws: StorageError.self) {
            try scratch.environment.copy(to: target)
        }
        #expect(error?.message.contains("already holds notes") == true)
        #expect(FileTree(target) == before)
        #expect(try FileTree.mode(target) == 0o755)
        try files.removeItem(atPath: target + "/notes")
        try scratch.environment.copy(to: target)
        #expect(FileTree(target).names == ["data.mdb"])
        #expect(try FileTree.mode(target) == 0o700)
    }

    @Test("What somebody else has put where a restore works is refused, and not changed")
    func foreignPendingDirectory() throws {
        let scratch = try ScratchEnvironment()
        let place = scratch.directory.appending("place")
        let pending = scratch.directory.appending(".place.restoring")
        let files = FileManager.default
        func expectRefused(_ comment: Comment) throws {
            let before = FileTree(pending)
            let error = #expect(throws: StorageError.self, comment) {
                _ = try PendingDirectory(for: place)
            }
            #expect(error?.code == .pathProblem, comment)
            #expect(files.fileExists(atPath: pending), comment)
            #expect(FileTree(pending) == before, comment)
        }
        try scratch.environment.copy(to: pending)
        try expectRefused("a complete ledger")
        try files.removeItem(atPath: pending + "/data.mdb")
        try files.setAttributes([.posixPermissions: 0o755], ofItemAtPath: pending)
        try expectRefused("open to others")
        try files.setAttributes([.posixPermissions: 0o700], ofItemAtPath: pending)
        if geteuid() == 0 {
            try files.setAttributes([.ownerAccountID: 1234], ofItemAtPath: pending)
            try expectRefused("of another user")
            try files.setAttributes([.ownerAccountID: 0], ofItemAtPath: pending)
        }
        let directory = try PendingDirectory(for: place)
        try scratch.environment.copy(to: directory.path, isPrepared: true)
        try directory.publish()
        #expect(FileTree(place).names == ["data.mdb"])
        #expect(!files.fileExists(atPath: pending))
    }

    @Test("A directory that was made for a copy goes with it", .enabled(if: Machine.hasNamespaces))
    func fullNewTarget() throws {
        let scratch = try ScratchEnvironment()
        let target = scratch.directory.appending("target")
        try FileManager.default.createDirectory(
            atPath: target, withIntermediateDirectories: false)
        let script = "mount -t tmpfs -o size=64k none \"$0\" && \"$@\"; ls -A \"$0\""
        let probe = try ProbeProcess(
            scratch.path, "open readWrite fill 50 4000 try copy,\(target)/new",
            through: ["unshare", "-rm", "sh", "-c", script, target])
        #expect(probe.finish() == ["open", "filled", "error diskFull"])
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
