internal import LedgerStorage
internal import Testing

@Suite("What is seen of an environment from outside")
struct ExaminationTests {
    @Test("is never a file shorter than its header says, while somebody writes")
    func besideWriter() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/environment"
        let environment = try Environment.open(
            at: path, tables: [TableDefinition(name: "rows")],
            options: EnvironmentOptions(mapSize: 1 << 30, access: .create))
        defer { environment.close() }
        let table = environment.tables[0]
        let row = [UInt8](repeating: 7, count: 20_000)
        let writer = Task.detached {
            for number in 0..<1500 as Range<UInt64> {
                try onThisThread {
                    try environment.write { (transaction) throws(StorageError) in
                        let key = [UInt8](bigEndian: number)
                        try transaction.put(key: key, value: row, in: table)
                    }
                }
            }
            return true
        }
        var commits = 0
        while commits < 1500 {
            let seen = try EnvironmentExamination(of: path)
            let header = try #require(seen.header)
            #expect(header.fileSize >= header.bytes)
            commits = header.lastTransaction
        }
        #expect(try await writer.value)
    }
}

/// Write transactions are not for asynchronous code.
private func onThisThread(_ body: () throws -> Void) throws { try body() }
