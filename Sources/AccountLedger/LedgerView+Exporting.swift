package import LedgerDomain
package import LedgerFormat
internal import LedgerJournal
internal import LedgerProjections
internal import LedgerStorage

extension LedgerView {
    /// The records after a position with their stored bytes, in the order of the log, a page at a
    /// time.
    ///
    /// - Parameters:
    ///   - position: The position before the first record of the page.
    ///   - limit: The most records of a page, at least 1.
    package func storedRecords(
        after position: Position, limit: Int
    ) throws(LedgerError) -> [StoredRecord] {
        let head = try head()
        guard position < head, limit > 0 else { return [] }
        var records: [StoredRecord] = []
        do {
            let last = min(head, position.advanced(by: limit))
            try reader.scanStoredRecords(from: position.next, through: last) {
                (record, bytes) throws(JournalError) in
                records.append(StoredRecord(record, [UInt8](copying: bytes)))
                return .next
            }
        } catch {
            throw LedgerError(error)
        }
        return records
    }
}
