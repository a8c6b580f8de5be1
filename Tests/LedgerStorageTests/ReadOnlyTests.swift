internal import Foundation
internal import LedgerStorage
internal import Testing

@Suite struct ReadOnlyTests {
    private let scratch: ScratchEnvironment

    init() throws {
        scratch = try ScratchEnvironment()
        try scratch.put("a", "1")
        scratch.environment.close()
    }

    private var readOnlyMount: [String] {
        let script = """
            mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"
            """
        return ["unshare", "-rm", "sh", "-c", script, scratch.path]
    }

    @Test("Reading leaves the data file byte for byte as it was")
    func byteIdentical() throws {
        let before = FileTree(scratch.path).contents["data.mdb"]
        let environment = try ScratchEnvironment.open(scratch.path, access: .readOnly)
        #expect(try ScratchEnvironment.get("a", environment) == "1")
        _ = try environment.statistics()
        environment.close()
        #expect(FileTree(scratch.path).contents["data.mdb"] == before)
    }

    @Test("Writing through a read-only opening is refused by name")
    func writing() throws {
        let environment = try ScratchEnvironment.open(scratch.path, access: .readOnly)
        let error = #expect(throws: StorageError.self) {
            try environment.write { (transaction) throws(StorageError) in
                try transaction.clear(environment.tables[0])
            }
        }
        #expect(error?.code == .readOnly)
        #expect(try ScratchEnvironment.get("a", environment) == "1")
    }

    @Test("A reader of another process sees commits made after it opened")
    func follows() throws {
        let environment = try ScratchEnvironment.open(scratch.path)
        let reader = try ProbeProcess(scratch.path, "open readOnly get b wait get b")
        #expect(reader.untilWaiting() == ["open", "value none"])
        try environment.write { (transaction) throws(StorageError) in
            try transaction.put(
                key: [UInt8]("b"), value: [UInt8]("2"), in: environment.tables[0])
        }
        reader.proceed()
        #expect(reader.finish() == ["value 2"])
    }

    @Test(
        "A read-only mount can be read, with nothing changed",
        .enabled(if: Machine.hasNamespaces))
    func readOnlyFileSystem() throws {
        let before = FileTree(scratch.path)
        let reader = try ProbeProcess(
            scratch.path, "open readOnly get a try put,b,2", through: readOnlyMount)
        #expect(reader.finish() == ["open", "value 1", "error readOnly"])
        let writer = try ProbeProcess(scratch.path, "open readWrite", through: readOnlyMount)
        #expect(writer.finish() == ["error readOnly"])
        #expect(FileTree(scratch.path) == before)
    }

    @Test(
        "A read-only mount is refused while a writer elsewhere could overwrite what is read",
        .enabled(if: Machine.hasNamespaces))
    func readOnlyMountOfLiveLedger() throws {
        let environment = try ScratchEnvironment.open(scratch.path)
        let reader = try ProbeProcess(scratch.path, "open readOnly", through: readOnlyMount)
        #expect(reader.finish() == ["error heldExclusively(by: nil)"])
        environment.close()
    }

    @Test(
        "A ledger of another user is refused by name and not changed",
        .enabled(if: Machine.isSuperuser))
    func permission() throws {
        let before = FileTree(scratch.path)
        for access in ["readOnly", "readWrite", "create"] {
            let stranger = try ProbeProcess(scratch.path, "user 65534 open \(access)")
            #expect(stranger.finish() == ["error permissionDenied"])
        }
        #expect(FileTree(scratch.path) == before)
    }

    @Test("A file whose mode forbids it is refused by name", .enabled(if: !Machine.isSuperuser))
    func mode() throws {
        try FileManager.default.setAttributes(
            [.posixPermissions: 0], ofItemAtPath: "\(scratch.path)/data.mdb")
        let error = #expect(throws: StorageError.self) {
            try ScratchEnvironment.open(scratch.path)
        }
        #expect(error?.code == .permissionDenied)
    }
}
