internal import AccountLedger
internal import Foundation
internal import LedgerDomain
internal import LedgerFormat
internal import LedgerJournal
internal import LedgerStorage
internal import LedgerTestSupport
internal import Testing

/// The promise: doctor names what is wrong around a ledger, whatever it is, and changes nothing.
@Suite(.timeLimit(.minutes(2))) struct DoctorGuaranteeTests {
    private let directory: TemporaryDirectory
    private var path: String { directory.appending("ledger") }

    /// What `doctor --json` says.
    private struct Envelope: Decodable {
        struct Check: Decodable {
            let check: String
            let status: String
            let found: String
            let advice: String?
        }

        let status: String
        let data: [Check]
    }

    init() async throws {
        directory = try TemporaryDirectory()
        let ledger = try Ledger.open(at: directory.appending("ledger"))
        _ = try await ledger.issueState(IssueState(user: "ann", toolkit: "gmail"))
        ledger.close()
    }

    /// Runs doctor, and expects that it changes nothing.
    private func diagnose(
        _ options: String..., through wrapper: [String] = [], variables: [String: String] = [:],
        place: String? = nil, _ location: SourceLocation = #_sourceLocation
    ) async throws -> [String: Envelope.Check] {
        let (place, before) = (place ?? path, FileTree(directory.path, but: "lock.mdb"))
        // Another place for scratch files, so that nothing of others is seen.
        let variables = ["TMPDIR": directory.path].merging(variables) { $1 }
        let ending = try await onOwnThread {
            try ChildProcess.run(
                place, ["doctor", "--json"] + options, through: wrapper, variables: variables)
        }
        let after = FileTree(directory.path, but: "lock.mdb")
        #expect(after == before, "\(after), was \(before)", sourceLocation: location)
        let line = try #require(ending.lines.first, "\(ending.errors)", sourceLocation: location)
        let envelope = try JSONDecoder().decode(Envelope.self, from: Data(line.utf8))
        let isWell = !envelope.data.contains { $0.status == "problem" }
        #expect(ending.status == (isWell ? 0 : 1), sourceLocation: location)
        #expect(envelope.status == (isWell ? "ok" : "found"), sourceLocation: location)
        for check in envelope.data {
            let isAsked = check.status == "problem" || check.status == "warning"
            let comment = Comment(rawValue: "\(check)")
            #expect(!isAsked || check.advice != nil, comment, sourceLocation: location)
        }
        return Dictionary(uniqueKeysWithValues: envelope.data.map { ($0.check, $0) })
    }

    /// Expects that one thing is so, and no other a problem.
    private func expect(
        _ status: String, of name: String, saying word: String, in checks: [String: Envelope.Check],
        besides others: Set<String> = [], _ location: SourceLocation = #_sourceLocation
    ) {
        let comment = Comment(rawValue: "\(checks.values)")
        #expect(checks[name]?.status == status, comment, sourceLocation: location)
        #expect(
            checks[name]?.found.contains(word) == true, comment, sourceLocation: location)
        let problems = Set(checks.values.filter { $0.status == "problem" }.map(\.check))
        #expect(
            problems.subtracting(others).isSubset(of: [name]), comment, sourceLocation: location)
    }

    @Test("A ledger that is well is well in every respect")
    func well() async throws {
        let checks = try await diagnose()
        let others = checks.values.filter { $0.status != "ok" }
        #expect(others.isEmpty, "\(others)")
        #expect(checks.count == 15)
        let text = try ChildProcess.run(path, ["doctor"], variables: ["TMPDIR": directory.path])
        #expect(text.status == 0)
        #expect(text.lines.contains { $0.hasPrefix("checkpoint") && $0.contains("the head, 1") })
    }

    @Test("A path with nothing, a link or a file")
    func paths() async throws {
        let absent = try await diagnose(place: directory.appending("absent"))
        expect("problem", of: "path", saying: "does not exist", in: absent)
        let link = directory.appending("link")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
        expect("problem", of: "path", saying: "symbolic link", in: try await diagnose(place: link))
        let file = path + "/data.mdb"
        expect("problem", of: "path", saying: "not a direc", in: try await diagnose(place: file))
    }

    @Test("A directory without a ledger", arguments: ["empty", "text", "LMDB 1.0", "cut"])
    func files(kind: String) async throws {
        let file = URL(filePath: path + "/data.mdb")
        var bytes = Data(count: 8192)
        switch kind {
        case "empty": bytes = Data()
        case "text": bytes = Data(String(repeating: "something else ", count: 900).utf8)
        case "cut": bytes = try Data(contentsOf: file).prefix(4096)
        default: bytes.replaceSubrange(24..<29, with: [0xDE, 0xC0, 0xEF, 0xBE, 2])
        }
        try bytes.write(to: file)
        try setModes()
        let checks = try await diagnose()
        if kind == "LMDB 1.0" {
            expect("problem", of: "version", saying: "data format 2", in: checks)
        } else {
            let words = [
                "empty": "no ledger", "text": "not an LMDB file", "cut": "lacks its second",
            ]
            expect("problem", of: "file", saying: words[kind] ?? "", in: checks)
        }
        #expect(checks["opening"]?.status == "unknown")
    }

    private func setModes() throws {
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o600], ofItemAtPath: path + "/data.mdb")
    }

    @Test("Files that others may read")
    func modes() async throws {
        for (name, mode) in [("/data.mdb", 0o644), ("/lock.mdb", 0o660), ("", 0o755)] {
            let before = try FileTree.mode(path + name)
            let files = FileManager.default
            try files.setAttributes([.posixPermissions: mode], ofItemAtPath: path + name)
            let checks = try await diagnose()
            expect(
                "warning", of: "permissions", saying: "mode 0" + String(mode, radix: 8), in: checks)
            try files.setAttributes([.posixPermissions: before], ofItemAtPath: path + name)
        }
    }

    @Test(
        "A ledger of another user",
        .enabled(if: Machine.canBeNobody, "needs to be able to become another user"))
    func otherUser() async throws {
        let wrapper = ["setpriv", "--reuid=65534", "--clear-groups"]
        let checks = try await diagnose(through: wrapper)
        expect(
            "problem", of: "permissions", saying: "user 65534 may not read", in: checks)
        #expect(checks["file"]?.status == "unknown")
    }

    @Test(
        "A file system that cannot keep the promises",
        .enabled(if: Machine.hasCompiler, "needs a C compiler"),
        arguments: [("nfs", "NFS"), ("fuse", "FUSE"), ("9p", "9p")])
    func network(fault: String, name: String) async throws {
        let interposer = try Interposer()
        try interposer.arm(fault)
        let checks = try await diagnose(variables: interposer.variables)
        expect(
            "problem", of: "fileSystem", saying: "it is \(name)", in: checks, besides: ["opening"])
    }

    @Test(
        "A file system that is read-only",
        .enabled(if: Machine.hasNamespaces, "needs namespaces"))
    func readOnly() async throws {
        let mount = #"mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@""#
        let checks = try await diagnose(through: ["unshare", "-rm", "sh", "-c", mount, path])
        expect("warning", of: "fileSystem", saying: "read-only", in: checks)
        #expect(checks["opening"]?.status == "ok")
    }

    @Test("A disk that is full", .enabled(if: Machine.hasNamespaces, "needs namespaces"))
    func fullDisk() async throws {
        let mount = #"""
            mount -t tmpfs -o size=1m,mode=0700 none "$0" && cp -a "$0/../ledger/." "$0" \
                && exec "$@"
            """#
        let full = directory.appending("full")
        try FileManager.default.createDirectory(atPath: full, withIntermediateDirectories: false)
        let checks = try await diagnose(
            through: ["unshare", "-rm", "sh", "-c", mount, full], place: full)
        expect("problem", of: "disk", saying: "1048576 are needed", in: checks)
    }

    @Test("A disk with less room than the application leaves free")
    func reserve() async throws {
        let checks = try await diagnose("--reserve", "4611686018427387904")
        expect("problem", of: "disk", saying: "4611686018427387904 are needed", in: checks)
    }

    @Test("Too little address space")
    func addressSpace() async throws {
        let wrapper = ["sh", "-c", #"ulimit -v 8000000; exec "$@""#, "sh"]
        let warned = try await diagnose(through: wrapper)
        expect("warning", of: "memory", saying: "less than the usual map", in: warned)
        // Nothing is in the rest of the file, which is longer only.
        let file = try FileHandle(forUpdating: URL(filePath: path + "/data.mdb"))
        let length = try file.seekToEnd()
        try file.truncate(atOffset: 5 << 30)
        let ending = try await onOwnThread { [path] in
            try ChildProcess.run(path, ["doctor"], through: wrapper)
        }
        try file.truncate(atOffset: length)
        #expect(ending.status == 1)
        #expect(ending.lines.contains { $0.hasPrefix("memory ") && $0.contains("problem") })
    }

    @Test("A process that keeps others out, and one that does not")
    func locks() async throws {
        var options = LedgerOptions()
        options.isExclusive = true
        let alone = try Ledger.open(at: path, options: options)
        let held = try await diagnose()
        expect("problem", of: "lock", saying: "process \(getpid())", in: held, besides: ["opening"])
        #expect(held["opening"]?.found.contains("holds it alone") == true)
        alone.close()
        let shared = try Ledger.open(at: path)
        let open = try await diagnose()
        expect("ok", of: "lock", saying: "open in process \(getpid())", in: open)
        shared.close()
    }

    @Test("A reader whose process is gone")
    func staleReader() async throws {
        let file = try FileHandle(forUpdating: URL(filePath: path + "/lock.mdb"))
        // The first place: the commit that it sees, and a process that cannot be.
        try file.seek(toOffset: 128)
        try file.write(contentsOf: Data([1, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0x7F]))
        try file.close()
        let checks = try await diagnose()
        expect("warning", of: "readers", saying: "process 2147483647 is gone", in: checks)
    }

    @Test("A ledger that was copied without its lock files is not opened, and gets none")
    func missingLocks() async throws {
        for name in ["/lock.mdb", "/owner.lock"] {
            try FileManager.default.removeItem(atPath: path + name)
        }
        let checks = try await diagnose()
        expect("unknown", of: "opening", saying: "opening would make it", in: checks)
        #expect(FileTree(path).names == ["data.mdb"])
    }

    /// Changes the ledger behind its back.
    private func tamper(
        _ table: String, _ key: [UInt8], _ change: ([UInt8]) throws -> [UInt8]
    ) throws {
        let environment = try Environment.open(
            at: path, tables: [EventLog.definition, LedgerMeta.definition])
        defer { environment.close() }
        let table = try environment.requireTable(table)
        let bytes = try environment.read { (snapshot) throws(StorageError) in
            try snapshot.copy(of: key, in: table)
        }
        let changed = try change(bytes ?? [])
        try environment.write { (transaction) throws(StorageError) in
            try transaction.put(key: key, value: changed, in: table)
        }
    }

    @Test("A newer format")
    func newerFormat() async throws {
        try tamper("meta", Array("header".utf8)) { [$0[0], 2] + $0.dropFirst(2) }
        let checks = try await diagnose()
        expect("problem", of: "version", saying: "has format 2", in: checks, besides: ["opening"])
    }

    @Test("Views that are not where the log is")
    func checkpoint() async throws {
        try tamper("meta", Array("checkpoint".utf8)) { _ in
            ViewCheckpoint(position: Position(7)).encode()
        }
        let checks = try await diagnose()
        expect("problem", of: "checkpoint", saying: "checkpointAhead", in: checks)
    }

    @Test("A clock that is behind the last record")
    func clock() async throws {
        try tamper("events", [UInt8](bigEndian: 1)) { bytes in
            var record = try RecordCodec.decode(bytes)
            record.recordedAt = record.recordedAt.adding(seconds: 3600)
            return try RecordCodec.encode(record)
        }
        expect("warning", of: "clock", saying: "behind the last record", in: try await diagnose())
    }

    @Test("A file that was cut short")
    func cutShort() async throws {
        let file = try FileHandle(forUpdating: URL(filePath: path + "/data.mdb"))
        try file.truncate(atOffset: 8192)
        try file.close()
        let checks = try await diagnose()
        expect("problem", of: "opening", saying: "SIGBUS stopped the process", in: checks)
        #expect(checks["file"]?.status == "warning")
        #expect(checks["file"]?.found.contains("8192 bytes, and its header speaks of") == true)
    }

    @Test("A rebuild of the views that was cut off")
    func cutOffRebuild() async throws {
        let files = FileManager.default
        try files.createDirectory(
            atPath: path + "/rebuild/rows", withIntermediateDirectories: true)
        let checks = try await diagnose()
        expect("warning", of: "leftovers", saying: "was cut off", in: checks)
    }

    @Test("A rebuild of the views that runs, also where the system does not tell by whom")
    func runningRebuild() async throws {
        try FileManager.default.createDirectory(
            atPath: path + "/rebuild/rows", withIntermediateDirectories: true)
        let lock = try ProcessLock.take(path + "/rebuild/lock")
        defer { withExtendedLifetime(lock) {} }
        let seen = try await diagnose()
        expect("ok", of: "leftovers", saying: "process \(getpid()) rebuilds", in: seen)
        guard Machine.hasNamespaces else { return }
        // Processes of other namespaces are not listed.
        let hidden = try await diagnose(through: ["unshare", "-rmpf", "--mount-proc"])
        expect("ok", of: "leftovers", saying: "cannot be seen rebuilds", in: hidden)
    }

    @Test("A place for scratch files that is not there")
    func noScratch() async throws {
        let checks = try await diagnose(variables: ["TMPDIR": directory.appending("none")])
        expect("warning", of: "leftovers", saying: "is missing or may not", in: checks)
    }

    @Test("Scratch files that were left long ago")
    func leftovers() async throws {
        let left = directory.appending("account-ledger-scratch-x")
        let files = FileManager.default
        try files.createDirectory(atPath: left, withIntermediateDirectories: false)
        #expect(try await diagnose()["leftovers"]?.status == "ok")
        let past = Date(timeIntervalSinceNow: -7200)
        try files.setAttributes([.modificationDate: past], ofItemAtPath: left)
        let checks = try await diagnose()
        expect("warning", of: "leftovers", saying: "account-ledger-scratch-x", in: checks)
    }
}

extension Machine {
    /// Whether the program can be run as another user.
    fileprivate static let canBeNobody =
        ChildProcess.status(of: [
            "setpriv", "--reuid=65534", "--clear-groups", ChildProcess.program, "--help",
        ]) == 0
}
