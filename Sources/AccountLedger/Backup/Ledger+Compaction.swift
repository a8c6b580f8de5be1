internal import LedgerDomain
internal import LedgerJournal
internal import LedgerProjections
internal import LedgerStorage

extension Ledger {
    /// Gives the pages that a ledger no longer needs back to the file system.
    ///
    /// Nobody else may have the ledger open, in this process or another, nor opens it meanwhile. A
    /// copy without free pages is made inside its directory, compared with the ledger byte by byte,
    /// and takes the place of its file. Whatever ends the work leaves the old file or the new one,
    /// with the same content. As much room as the content needs has to be free.
    ///
    /// - Parameter path: The directory of the ledger.
    /// - Throws: `heldExclusively` or `alreadyOpen` where the ledger is in use.
    @discardableResult
    public static func compact(at path: String) throws(LedgerError) -> CompactionReceipt {
        guard let receipt = try compact(at: path, progress: { _ in true }) else {
            throw unread(path)
        }
        return receipt
    }

    /// Gives the pages that a ledger no longer needs back to the file system.
    ///
    /// - Parameters:
    ///   - path: The directory of the ledger.
    ///   - progress: Is told how many rows were compared; answers whether the work goes on.
    /// - Returns: What it came to; none where `progress` ended it, and nothing was changed.
    package static func compact(
        at path: String, progress: (Int) -> Bool
    ) throws(LedgerError) -> CompactionReceipt? {
        var options = LedgerOptions(access: .readWrite)
        options.isExclusive = true
        let ledger = try open(at: path, options: options)
        defer { ledger.close() }
        let before = try ledger.statistics().fileSize
        let done: Void? = try ledger.unlessAbandoned { () throws(JournalError) in
            try ledger.environment.compact { (copy) throws(JournalError) in
                try ledger.expectSame(copy) { (rows) throws(JournalError) in
                    guard progress(rows) else { throw JournalError(.abandoned) }
                }
            }
        }
        guard done != nil else { return nil }
        return CompactionReceipt(
            position: try ledger.head(), sizeBefore: before,
            sizeAfter: try ledger.statistics().fileSize)
    }

    /// Compares every table with that of a copy.
    private func expectSame(
        _ path: String, progress: (Int) throws(JournalError) -> Void
    ) throws(JournalError) {
        let copy: Environment
        do {
            copy = try Environment.openWithRoom(
                at: path, tables: Self.tableDefinitions,
                options: EnvironmentOptions(access: .readOnly))
        } catch {
            throw JournalError(storage: error)
        }
        defer { copy.close() }
        let other = try EnvironmentComparison.difference(
            of: Self.tableDefinitions.map(\.name), environment, copy, progress: progress)
        if let other { throw JournalError(.damagedRow(table: other)) }
    }
}
