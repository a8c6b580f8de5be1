/// What an environment consists of, at one moment.
package struct EnvironmentStatistics: Sendable, Hashable {
    /// What a table consists of.
    package struct TableStatistics: Sendable, Hashable {
        /// The name of the table.
        package let name: String
        /// The number of entries.
        package let entries: Int
        /// The number of levels of the tree.
        package let depth: Int
        /// Pages that lead to others.
        package let branchPages: Int
        /// Pages that hold entries.
        package let leafPages: Int
        /// Pages that hold values too long for a leaf.
        package let overflowPages: Int
    }

    /// The tables, in the order of their definitions.
    package let tables: [TableStatistics]
    /// Bytes per page.
    package let pageSize: Int
    /// Length of the data file in bytes.
    package let fileSize: Int
    /// Bytes of address space reserved for it.
    package let mapSize: Int
    /// Pages that are free for reuse, or will be once the readers that see them end.
    package let freePages: Int
    /// Pages that the file has used at most.
    package let usedPages: Int
    /// The number of the last transaction committed; grows by one with each.
    package let lastTransaction: Int
    /// Read transactions open at this moment, over all processes, without the one that counts.
    package let readers: Int
    /// How many read transactions may be open at once.
    package let maxReaders: Int
    /// How many transactions the oldest reader is behind; while it grows, the file does.
    package let oldestReaderLag: Int
}
