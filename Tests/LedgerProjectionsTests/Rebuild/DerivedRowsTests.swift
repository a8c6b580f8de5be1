internal import LedgerDomain
internal import LedgerJournal
@testable internal import LedgerProjections
internal import LedgerStorage
internal import LedgerTestSupport
internal import Testing

@Suite("Rows that the fold leaves beside the tables") struct DerivedRowsTests {
    @Test("refuse the keys that the tables would refuse, with the same error", arguments: [0, 512])
    func keys(length: Int) throws {
        let directory = try TemporaryDirectory()
        let environment = try Environment.open(
            at: directory.appending("rows"), tables: ViewTables.definitions,
            options: EnvironmentOptions(access: .create))
        defer { environment.close() }
        let tables = try ViewTables(in: environment)
        let key = [UInt8](repeating: 1, count: length)
        var written: [StorageError] = []
        try? environment.write { (transaction) throws(StorageError) in
            written = Self.refusals(of: key, by: &transaction, tables)
            throw written.first ?? StorageError(.notALedger, subject: "", message: "")
        }
        let (buffered, count) = try environment.read { (snapshot) throws(StorageError) in
            var rows = BufferedRows(snapshot.reborrowed(), with: PendingRows(), hasWritten: true)
            return (Self.refusals(of: key, by: &rows, tables), rows.pending.count)
        }
        #expect(written.map(\.code) == Array(repeating: .keyLength(length: length), count: 3))
        #expect(buffered == written)
        #expect(buffered.map(\.message) == written.map(\.message))
        #expect(count == 0)
    }

    private static func refusals<Rows: DerivedRows & ~Copyable & ~Escapable>(
        of key: [UInt8], by rows: inout Rows, _ tables: ViewTables
    ) -> [StorageError] {
        var refusals: [StorageError] = []
        do throws(StorageError) {
            try rows.put(key: key.span, value: [1].span, in: tables.grants)
        } catch { refusals.append(error) }
        do throws(StorageError) {
            _ = try rows.putNew(key: key.span, value: [1].span, in: tables.keys)
        } catch { refusals.append(error) }
        do throws(StorageError) {
            try rows.putDuplicate(key: key.span, 7, in: tables.users)
        } catch { refusals.append(error) }
        return refusals
    }
}
