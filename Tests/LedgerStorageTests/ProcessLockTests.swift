internal import Foundation
internal import LedgerStorage
internal import Testing

@Suite struct ProcessLockTests {
    private let directory: TemporaryDirectory
    private var path: String { directory.appending("a.lock") }

    init() throws { directory = try TemporaryDirectory() }

    private func code() -> StorageError.Code? {
        do { _ = try ProcessLock.take(path) } catch { return error.code }
        return nil
    }

    @Test("A lock has one holder, whom others are told, until the holder lets it go")
    func oneHolder() throws {
        var lock: ProcessLock? = try ProcessLock.take(path)
        #expect(code() == .heldExclusively(by: getpid()))
        #expect(try FileTree.mode(path) == 0o600)
        withExtendedLifetime(lock) {}
        lock = nil
        #expect(try Data(contentsOf: URL(filePath: path)).isEmpty)
        #expect(code() == nil)
    }

    @Test("Whether a lock is held can be asked without taking it")
    func asked() throws {
        #expect(EnvironmentExamination.isHeld(lockAt: path) == false)
        var lock: ProcessLock? = try ProcessLock.take(path)
        #expect(EnvironmentExamination.isHeld(lockAt: path) == true)
        withExtendedLifetime(lock) {}
        lock = nil
        #expect(EnvironmentExamination.isHeld(lockAt: path) == false)
        #expect(EnvironmentExamination.isHeld(lockAt: path + "/below-a-file") == nil)
        #expect(code() == nil)
    }

    @Test("What a holder left that was killed misleads nobody")
    func killed() throws {
        try Data("1\n".utf8).write(to: URL(filePath: path))
        let lock = try ProcessLock.take(path)
        #expect(code() == .heldExclusively(by: getpid()))
        withExtendedLifetime(lock) {}
    }

    @Test("A link, and a directory that is missing, are refused")
    func refused() throws {
        try FileManager.default.createSymbolicLink(
            atPath: path, withDestinationPath: directory.appending("other"))
        #expect(code() == .pathProblem)
        #expect(!FileManager.default.fileExists(atPath: directory.appending("other")))
        #expect(throws: StorageError.self) { try ProcessLock.take(path + "/none/a.lock") }
    }

    @Test("A directory is made for its owner only, and once")
    func directories() throws {
        let path = directory.appending("sub")
        for _ in 0..<2 { try DurableDirectory.make(path) }
        #expect(try FileTree.mode(path) == 0o700)
        #expect(throws: StorageError.self) { try DurableDirectory.make(path + "/none/sub") }
    }
}
