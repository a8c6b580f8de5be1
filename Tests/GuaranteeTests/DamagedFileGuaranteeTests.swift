internal import AccountLedger
internal import Foundation
internal import LedgerTestSupport
internal import Testing

/// The promise: whatever a file has become, verify ends with an answer.
@Suite struct DamagedFileGuaranteeTests {
    private static let pageSize = 4096

    /// What `verify --json` says.
    private struct Envelope: Decodable {
        struct Report: Decodable {
            struct Finding: Decodable {
                var kind: String
                var detail: String
            }

            var findings: [Finding]
        }

        struct Diagnostic: Decodable {
            var code: String
        }

        var status: String
        var data: Report?
        var diagnostics: [Diagnostic]
    }

    private let directory: TemporaryDirectory
    private var path: String { directory.appending("ledger") }
    private var copy: String { directory.appending("copy") }

    init() async throws {
        directory = try TemporaryDirectory()
        try await Ledger.fill(directory.appending("ledger"), 2000)
    }

    /// Copies the ledger, damages the copy, and verifies it.
    private func verify(
        _ damage: (FileHandle) throws -> Void
    ) throws -> (ending: ChildProcess.Ending, envelope: Envelope) {
        try? FileManager.default.removeItem(atPath: copy)
        try FileManager.default.copyItem(atPath: path, toPath: copy)
        let file = try FileHandle(forUpdating: URL(filePath: copy + "/data.mdb"))
        try damage(file)
        try file.close()
        let ending = try ChildProcess.run(copy, ["verify", "--json"], variables: variables)
        #expect(ending.lines.count == 1)
        let line = Data((ending.lines.first ?? "").utf8)
        return (ending, try JSONDecoder().decode(Envelope.self, from: line))
    }

    private var variables: [String: String] { ["TMPDIR": directory.path] }

    private func pages() throws -> UInt64 {
        let file = try FileHandle(forReadingFrom: URL(filePath: path + "/data.mdb"))
        return try file.seekToEnd() / UInt64(Self.pageSize)
    }

    @Test("A sound ledger is answered as ever, and nothing is left behind")
    func sound() throws {
        let ending = try ChildProcess.run(path, ["verify"], variables: variables)
        #expect(ending.status == 0)
        #expect(ending.lines.first?.hasPrefix("Sound: 2000 records") == true)
        #expect(ending.errors == "")
        #expect(FileTree(directory.path).names.allSatisfy { $0.hasPrefix("ledger") })
    }

    @Test("A file that was cut short is a finding", arguments: [2, 3, 4])
    func truncated(share: UInt64) throws {
        let length = try pages() / share * UInt64(Self.pageSize)
        let (ending, envelope) = try verify { try $0.truncate(atOffset: length) }
        #expect(ending.status == 3)
        #expect(envelope.status == "error")
        #expect(envelope.diagnostics.map(\.code) == ["damaged"])
        #expect(envelope.data?.findings.map(\.kind) == ["unreadable"])
        #expect(envelope.data?.findings.first?.detail.contains("SIGBUS") == true)
        let text = try ChildProcess.run(copy, ["verify"], variables: variables)
        #expect(text.status == 3)
        #expect(text.lines.contains { $0.hasPrefix("unreadable ") })
        #expect(FileTree(directory.path).names.allSatisfy { !$0.hasPrefix("account-ledger-") })
    }

    @Test(
        "What else reads the whole file answers that it is damaged, and is not ended by it",
        arguments: [["diff"], ["rebuild", "--dry-run"]])
    func otherReaders(arguments: [String]) throws {
        let length = try pages() / 2 * UInt64(Self.pageSize)
        _ = try verify { try $0.truncate(atOffset: length) }
        let ending = try ChildProcess.run(copy, arguments + ["--json"], variables: variables)
        #expect(ending.status == 3)
        #expect(ending.lines.count == 1)
        #expect(ending.lines.first?.contains(#""code":"damaged""#) == true)
        #expect(ending.errors.contains("SIGBUS stopped the process"))
    }

    @Test("A file that was cut short is a finding also where there is no place for scratch files")
    func noScratch() throws {
        let length = try pages() / 2 * UInt64(Self.pageSize)
        _ = try verify { try $0.truncate(atOffset: length) }
        let variables = ["TMPDIR": "/nonexistent"]
        let ending = try ChildProcess.run(copy, ["verify", "--json"], variables: variables)
        #expect(ending.status == 3)
        #expect(ending.lines.first?.contains(#""kind":"unreadable""#) == true)
        let compared = try ChildProcess.run(copy, ["diff", "--json"], variables: variables)
        #expect(compared.status == 3 || compared.status == 2)
        #expect(compared.lines.count == 1)
    }

    @Test("A check ends with the program that began it, and leaves nothing behind")
    func parentGone() async throws {
        let child = try ChildProcess(path, ["verify"], variables: variables)
        let hasBegun = await eventually { !readers().isEmpty }
        #expect(hasBegun)
        child.kill()
        _ = child.finish()
        let isGone = await eventually { checks().isEmpty && readers().isEmpty }
        #expect(isGone, "\(checks()) \(readers())")
    }

    /// The scratch directories of checks.
    private func checks() -> Set<String> {
        FileTree(directory.path).names.filter { $0.hasPrefix("account-ledger-check-") }
    }

    /// The processes that have the ledger's file open.
    private func readers() -> [String] {
        let files = FileManager.default
        let processes = (try? files.contentsOfDirectory(atPath: "/proc")) ?? []
        return processes.filter { process in
            let maps = try? String(contentsOfFile: "/proc/\(process)/maps", encoding: .utf8)
            return Int32(process) != nil && maps?.contains(path + "/data.mdb") == true
        }
    }

    @Test("A page of zeros is a finding, a difference, or was free")
    func zeroed() throws {
        var kinds: Set<String> = []
        for page in stride(from: 3, to: try pages(), by: 7) {
            let (ending, envelope) = try verify { file in
                try file.seek(toOffset: page * UInt64(Self.pageSize))
                try file.write(contentsOf: Data(count: Self.pageSize))
            }
            #expect([0, 3].contains(ending.status), "page \(page): \(ending.errors)")
            #expect((envelope.status == "ok") == (ending.status == 0))
            kinds.formUnion((envelope.data?.findings ?? []).map(\.kind))
        }
        #expect(kinds.contains("unreadable"))
    }
}
