package import LedgerJournal
package import LedgerStorage

/// A comparison of two environments of the same tables, byte by byte.
package enum EnvironmentComparison {
    /// How many rows are compared between two calls of `progress`.
    private static let page = 100_000

    /// The first table whose rows differ; none where all are the same.
    ///
    /// Nobody may write into either meanwhile.
    ///
    /// - Parameters:
    ///   - tables: The tables' names.
    ///   - first: An environment.
    ///   - second: Another one.
    ///   - progress: Is told how many rows were compared.
    package static func difference(
        of tables: [String], _ first: Environment, _ second: Environment,
        progress: (Int) throws(JournalError) -> Void
    ) throws(JournalError) -> String? {
        var before = 0
        for name in tables {
            let (left, right) = (try first.requireTable(name), try second.requireTable(name))
            var comparison = TableComparison(name, listing: 0)
            var isDone = false
            while !isDone {
                isDone = try first.read { (one) throws(JournalError) in
                    try second.read { (other) throws(JournalError) in
                        try comparison.advance(
                            live: one, left, rebuilt: other, right, rows: page)
                    }
                }
                try progress(before + comparison.difference.rows)
            }
            guard comparison.difference.isIdentical else { return name }
            before += comparison.difference.rows
        }
        return nil
    }
}
