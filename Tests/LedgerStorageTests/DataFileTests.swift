internal import Foundation
@testable internal import LedgerStorage
internal import Testing

/// What stands in a file's way before LMDB sees it; every refusal leaves all files as they were.
@Suite struct DataFileTests {
    private let directory: TemporaryDirectory
    private let file: Data

    init() throws {
        directory = try TemporaryDirectory()
        let scratch = try ScratchEnvironment()
        try scratch.put("a", "1")
        scratch.environment.close()
        file = try Data(contentsOf: URL(filePath: "\(scratch.path)/data.mdb"))
    }

    private func refusal(of contents: Data) throws -> StorageError.Code? {
        try contents.write(to: URL(filePath: directory.appending("data.mdb")))
        defer { try? FileManager.default.removeItem(atPath: directory.appending("data.mdb")) }
        for access: EnvironmentOptions.Access in [.readOnly, .create] {
            _ = try? ScratchEnvironment.open(directory.path, access: access)
            #expect(FileTree(directory.path).contents == ["data.mdb": contents])
        }
        do throws(StorageError) {
            try ScratchEnvironment.open(directory.path).close()
            return nil
        } catch {
            #expect(error.message.contains("Nothing was changed"))
            // There is no export of a whole ledger that could be imported.
            #expect(!error.message.contains("mport"))
            return error.code
        }
    }

    private func edited(_ edit: (inout Data) -> Void) -> Data {
        var copy = file
        edit(&copy)
        return copy
    }

    private func setNumber(_ number: UInt32, at offset: Int, in data: inout Data) {
        for index in 0..<4 {
            data[offset + index] = UInt8(truncatingIfNeeded: number >> (8 * UInt32(index)))
        }
    }

    @Test("A file that is not LMDB's is refused")
    func foreign() throws {
        #expect(try refusal(of: Data(repeating: 0x41, count: 20_000)) == .notALedger)
        #expect(try refusal(of: Data(repeating: 0, count: 20_000)) == .notALedger)
    }

    @Test("A newer data format is refused with its number", arguments: [0, 2, 999])
    func newer(version: UInt32) throws {
        let newer = edited { setNumber(version, at: 20, in: &$0) }
        #expect(try refusal(of: newer) == .lmdbVersionUnsupported(found: version))
    }

    @Test("A file of LMDB 1.0, whose page headers are longer, is refused with its number")
    func lmdbOne() throws {
        let one = edited { data in
            let head = data[16..<64]
            data.replaceSubrange(24..<72, with: head)
            setNumber(0, at: 16, in: &data)
            setNumber(2, at: 28, in: &data)
        }
        #expect(try refusal(of: one) == .lmdbVersionUnsupported(found: 2))
    }

    @Test("A file of a 32-bit machine or of the other byte order is refused")
    func otherMachine() throws {
        let narrow = edited { data in
            setNumber(0, at: 16, in: &data)
            setNumber(0xBEEF_C0DE, at: 12, in: &data)
        }
        #expect(try refusal(of: narrow) == .notALedger)
        let swapped = edited { setNumber(UInt32(0xBEEF_C0DE).byteSwapped, at: 16, in: &$0) }
        #expect(try refusal(of: swapped) == .notALedger)
    }

    @Test("A file with a damaged header page is refused", arguments: [0, 4_096])
    func damagedHeader(page: Int) throws {
        #expect(try refusal(of: edited { $0[page + 17] ^= 0x10 }) == .notALedger)
        #expect(try refusal(of: edited { $0[page + 10] = 0 }) == .notALedger)
        #expect(try refusal(of: edited { setNumber(3, at: page + 40, in: &$0) }) == .notALedger)
    }

    @Test(
        "A file cut short within its header pages is refused as damaged",
        arguments: [1, 15, 16, 23, 24, 43, 44, 4_095, 4_096, 4_140, 8_191])
    func truncated(length: Int) throws {
        #expect(try refusal(of: file.prefix(length)) == .corrupted)
    }

    @Test("A data file that is a directory or a pipe is refused")
    func notAFile() throws {
        let path = directory.appending("data.mdb")
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        #expect(throws: StorageError.self) { try ScratchEnvironment.open(directory.path) }
        try FileManager.default.removeItem(atPath: path)
        #expect(try ProbeProcess.run(["mkfifo", path]) == 0)
        let error = #expect(throws: StorageError.self) {
            try ScratchEnvironment.open(directory.path)
        }
        #expect(error?.code == .notALedger)
    }
}
