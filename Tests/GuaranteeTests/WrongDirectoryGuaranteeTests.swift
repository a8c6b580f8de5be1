internal import AccountLedger
internal import Foundation
internal import LedgerDomain
internal import LedgerFormat
internal import LedgerJournal
internal import LedgerStorage
internal import LedgerTestSupport
internal import Testing

/// The promise: what cannot be opened is named, with what to do, and not written to.
@Suite(.timeLimit(.minutes(2))) struct WrongDirectoryGuaranteeTests {
    private let directory: TemporaryDirectory
    private var path: String { directory.appending("ledger") }
    /// LMDB notes in this file who reads, also for a file that turns out to be something else.
    private static let readers = "lock.mdb"
    private static let reading = ["accounts", "--user", "ann"]

    init() throws { directory = try TemporaryDirectory() }

    /// Expects that neither reading nor writing is possible, and that nothing is changed by trying.
    private func expectRefusal(
        saying words: [String], status: Int32 = 2, through wrapper: [String] = [],
        variables: [String: String] = [:], writingOnly: Bool = false,
        _ location: SourceLocation = #_sourceLocation
    ) async throws {
        let (path, before) = (path, FileTree(directory.path, but: Self.readers))
        let line = try CommandLineText.issue("ann")
        for arguments in [["apply"], Self.reading, ["verify"], ["stat"]] {
            if writingOnly, arguments != ["apply"] { continue }
            let ending = try await onOwnThread {
                try ChildProcess.run(
                    path, arguments, lines: [line], through: wrapper, variables: variables)
            }
            let comment = Comment(rawValue: "\(arguments): \(ending.errors)\(ending.lines)")
            #expect(ending.status == status, comment, sourceLocation: location)
            #expect(ending.lines.isEmpty, comment, sourceLocation: location)
            for word in words + [path] {
                #expect(ending.errors.contains(word), comment, sourceLocation: location)
            }
            let after = FileTree(directory.path, but: Self.readers)
            let isUnchanged = after == before
            #expect(isUnchanged, "\(comment) \(after), was \(before)", sourceLocation: location)
        }
    }

    private func makeLedger() async throws {
        let ledger = try Ledger.open(at: path)
        _ = try await ledger.issueState(IssueState(user: "ann", toolkit: "gmail"))
        ledger.close()
    }

    private func write(_ bytes: [UInt8]) throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try Data(bytes).write(to: URL(filePath: path + "/data.mdb"))
    }

    @Test("A data file of something else")
    func foreign() async throws {
        try write(Array(String(repeating: "not a ledger ", count: 2000).utf8))
        try await expectRefusal(saying: ["is not an LMDB file", "Check the path"])
    }

    @Test("An LMDB file of something else")
    func foreignTables() async throws {
        let environment = try Environment.open(
            at: path, tables: [TableDefinition(name: "accounts")],
            options: EnvironmentOptions(access: .create))
        environment.close()
        try await expectRefusal(saying: ["something else", "Check the path"])
    }

    @Test("A ledger of a newer format")
    func newerFormat() async throws {
        try await makeLedger()
        try setFormat(2)
        try await expectRefusal(saying: ["has format 2", "Use a newer version"])
    }

    private func setFormat(_ format: UInt8) throws {
        let environment = try Environment.open(
            at: path, tables: [EventLog.definition, LedgerMeta.definition])
        let meta = try environment.requireTable(LedgerMeta.definition.name)
        let key = Array("header".utf8)
        try environment.write { (transaction) throws(StorageError) in
            var bytes = try transaction.snapshot.copy(of: key, in: meta) ?? []
            if bytes.count > 1 { bytes[1] = format }
            try transaction.put(key: key, value: bytes, in: meta)
        }
        environment.close()
    }

    @Test("A data file of LMDB 1.0")
    func newerLMDB() async throws {
        var bytes = [UInt8](repeating: 0, count: 8192)
        for page in [0, 4096] {
            bytes.replaceSubrange(page + 24..<page + 28, with: [0xDE, 0xC0, 0xEF, 0xBE])
            bytes[page + 28] = 2
        }
        try write(bytes)
        try await expectRefusal(saying: ["data format 2", "built on the LMDB"])
    }

    @Test("A file in place of the directory, and a symbolic link to a ledger")
    func notADirectory() async throws {
        try Data("x".utf8).write(to: URL(filePath: path))
        try await expectRefusal(saying: [])
        try FileManager.default.removeItem(atPath: path)
        let real = directory.appending("real")
        try Ledger.open(at: real).close()
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: real)
        try await expectRefusal(saying: ["symbolic link"])
    }

    @Test("A ledger that another process keeps for itself")
    func held() async throws {
        try await makeLedger()
        var options = LedgerOptions()
        options.isExclusive = true
        let ledger = try Ledger.open(at: path, options: options)
        try await expectRefusal(saying: ["process \(getpid()) holds it alone", "Wait for it"])
        ledger.close()
    }

    @Test(
        "A file system that cannot keep the promises",
        .enabled(if: Machine.hasCompiler, "needs a C compiler"),
        arguments: [("nfs", "NFS"), ("fuse", "FUSE"), ("9p", "9p")])
    func network(fault: String, name: String) async throws {
        try await makeLedger()
        let interposer = try Interposer()
        try interposer.arm(fault)
        try await expectRefusal(
            saying: ["is on \(name)", "Use a local file system"], variables: interposer.variables)
    }

    @Test(
        "A read-only file system takes no command, and is read",
        .enabled(if: Machine.hasNamespaces, "needs namespaces"))
    func readOnlyFileSystem() async throws {
        try await makeLedger()
        let mount = #"mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@""#
        let wrapper = ["unshare", "-rm", "sh", "-c", mount, path]
        try await expectRefusal(
            saying: ["Read-only file system"], through: wrapper, writingOnly: true)
        let path = path
        let ending = try await onOwnThread {
            try ChildProcess.run(path, ["verify"], through: wrapper)
        }
        #expect(ending.status == 0, "\(ending.errors)")
    }

    @Test(
        "A full disk refuses by name, keeps what was answered, and stays sound",
        .enabled(if: Machine.hasNamespaces, "needs namespaces"))
    func fullDisk() async throws {
        let lines = try (0..<4000).map { try CommandLineText.grant("g\($0)", of: "user \($0)") }
        let path = path
        // The file system ends with the process, so the verification runs in the same one.
        let script = #"""
            mkdir "$0" && mount -t tmpfs -o size=1m none "$0"
            ledger="$3"; "$@"; status=$?
            "$1" --ledger "$ledger" verify >&2 && "$1" --ledger "$ledger" export >"$0.export"
            exit $status
            """#
        let child = try ChildProcess(
            directory.appending("full/ledger"), ["apply"],
            through: ["unshare", "-rm", "sh", "-c", script, directory.appending("full")])
        async let feeding = onOwnThread { child.send(lines) }
        async let reading = onOwnThread { child.finishWithoutClosing() }
        _ = try await feeding
        child.closeInput()
        let ending = try await reading
        #expect(ending.status == 2, "\(ending.errors)")
        #expect(ending.errors.contains("No space left on device"), "\(ending.errors)")
        #expect(ending.errors.contains("Free space"), "\(ending.errors)")
        #expect(ending.errors.contains("Sound"), "\(ending.errors)")
        let exported = FileTree(directory.path)["full.export"] ?? []
        let records = exported.filter { $0 == 0x0A }.count
        let applied = try ending.lines.map { try OutcomeLine($0) }.filter(\.isApplied).count
        #expect(applied > 0)
        #expect(records == applied, "\(path)")
    }
}

extension ChildProcess {
    /// Waits for the end while another thread writes.
    fileprivate func finishWithoutClosing() -> Ending {
        var lines: [String] = []
        while let line = line() { lines.append(line) }
        let ending = finish()
        return Ending(status: ending.status, lines: lines, errors: ending.errors)
    }
}
