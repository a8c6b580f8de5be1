internal import Foundation
internal import LedgerStorage
internal import Testing

/// What happens when the disk fails; the faults are injected into another process.
@Suite(.enabled(if: FaultInjection.isAvailable, "needs a C compiler"))
struct FaultTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func run(_ steps: String) throws -> [String] {
        try FaultInjection.probe(directory, "open create put a 1 " + steps).finish()
    }

    @Test("A commit whose pages cannot be synchronized did not happen, and the next one does")
    func synchronization() throws {
        let lines = try run("fault sync try put,b,2 get b get a fault none put c 3 get c")
        #expect(
            lines == [
                "open", "put", "error inputOutput", "value none", "value 1", "put", "value 3",
            ])
    }

    @Test(
        "A commit on a full disk did not happen, and the next one does when there is room",
        arguments: ["full", "quota"])
    func diskFull(fault: String) throws {
        let lines = try run("fault \(fault) try put,b,2 get b get a fault none put c 3 get c")
        #expect(
            lines == [
                "open", "put", "error diskFull", "value none", "value 1", "put", "value 3",
            ])
    }

    @Test("A commit of which only a part was written did not happen")
    func shortWrite() throws {
        let lines = try run("fault short try put,b,2 get b fault none put c 3 get c get a")
        #expect(
            lines == [
                "open", "put", "error inputOutput", "value none", "put", "value 3", "value 1",
            ])
    }

    @Test("After a failed header write the outcome is unknown until reopening shows it undone")
    func headerLost() throws {
        let lines = try run(
            "fault header try put,b,2 try get,a try put,c,3 "
                + "try copy,\(directory.appending("copy")) fault none reopen "
                + "get b get a put c 3 get c")
        #expect(
            lines == [
                "open", "put", "error outcomeUnknown", "error reopenRequired",
                "error reopenRequired", "error reopenRequired", "value none", "value 1", "put",
                "value 3",
            ])
    }

    @Test("After a failed header write the outcome is unknown until reopening shows it done")
    func headerLanded() throws {
        let lines = try run(
            "fault header-lands try put,b,2 try get,a fault none reopen get b get a put c 3 get c")
        #expect(
            lines == [
                "open", "put", "error outcomeUnknown", "error reopenRequired", "value 2",
                "value 1", "put", "value 3",
            ])
    }

    @Test("What reopening shows after an unknown outcome has been committed anew, so it is durable")
    func headerConfirmed() throws {
        let lost = try run("last fault header try put,b,2 fault none reopen last reopen last")
        #expect(
            lost == ["open", "put", "last 2", "error outcomeUnknown", "last 3", "last 3"])
        let landed = try FaultInjection.probe(
            directory,
            "open readWrite last fault header-lands try put,b,2 fault none reopen last get b")
        #expect(
            landed.finish() == ["open", "last 3", "error outcomeUnknown", "last 5", "value 2"])
    }

    @Test("A reopening whose confirmation fails may be repeated")
    func headerConfirmationFails() throws {
        let lines = try run(
            "fault header-lands try put,b,2 fault sync try reopen try get,b fault none reopen get b"
        )
        #expect(
            lines == [
                "open", "put", "error outcomeUnknown", "error inputOutput", "error reopenRequired",
                "value 2",
            ])
    }

    @Test("A ledger whose header write failed can be closed and opened by the next process")
    func headerLostThenClosed() throws {
        let lines = try run("fault header try put,b,2 close fault none open readWrite get a")
        #expect(lines == ["open", "put", "error outcomeUnknown", "open", "value 1"])
        #expect(
            try ProbeProcess(directory.appending("ledger"), "open readWrite get a put b 2").finish()
                == ["open", "value 1", "put"])
    }

    @Test("A copy is synchronized, file and directory, before it is reported as made")
    func copySynchronization() throws {
        let copy = directory.appending("copy")
        let parent = URL(filePath: directory.path).lastPathComponent
        let lines = try run(
            "fault sync:.data.mdb try copy,\(copy)1 fault sync:copy2 try copy,\(copy)2 "
                + "fault sync:\(parent) try copy,\(copy)3")
        #expect(lines == ["open", "put"] + Array(repeating: "error inputOutput", count: 3))
        #expect(FileTree(copy + "1").names == [])
    }

    @Test("An opening fails when the entries of the directory cannot be made durable")
    func directorySynchronization() throws {
        let parent = URL(filePath: directory.path).lastPathComponent
        let probe = try FaultInjection.probe(
            directory,
            "fault sync:\(parent) try open,create try open,create fault sync:ledger "
                + "try open,create try open,create fault none open create")
        #expect(probe.finish() == Array(repeating: "error inputOutput", count: 4) + ["open"])
    }

    @Test(
        "A disk without room for a new environment is refused by name, and nothing is left there",
        .enabled(if: Machine.hasNamespaces), arguments: [0, 16, 32])
    func noRoomToCreate(kibibytes: Int) throws {
        let script = """
            mount -t tmpfs -o size=64k none "$0" && \
            head -c $((65536 - \(kibibytes) * 1024)) /dev/zero >"$0/ballast"; \
            "$@"; status=$?; ls "$0" >&3; exit $status
            """
        let list = directory.appending("list")
        let place = directory.appending("disk")
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
        let full = try ProbeProcess(
            "\(place)/ledger", "try open,create",
            through: ["unshare", "-rm", "sh", "-c", "exec 3>'\(list)'; " + script, place])
        #expect(full.finish() == ["error diskFull"])
        #expect(FileManager.default.contents(atPath: list) == Data("ballast\n".utf8))
    }

    @Test(
        "A disk that is really full refuses by name, keeps what is there, and writes again after",
        .enabled(if: Machine.hasNamespaces))
    func realFullDisk() throws {
        let script = """
            mount -t tmpfs -o size=1m none "$0" && exec "$@"
            """
        let full = try ProbeProcess(
            directory.appending("ledger"),
            "open create put a 1 ballast \(200_000) "
                + "try fill,400,4000 get a ballast 0 put a 2 get a",
            through: ["unshare", "-rm", "sh", "-c", script, directory.path])
        #expect(
            full.finish() == ["open", "put", "error diskFull", "value 1", "put", "value 2"])
    }
}
