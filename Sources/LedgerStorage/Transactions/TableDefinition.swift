/// A table that an environment is opened with.
package struct TableDefinition: Sendable, Hashable {
    /// How a table keeps its entries.
    package enum Kind: Sendable, Hashable {
        /// One value per key.
        case ordinary
        /// Many numbers per key, kept in order and never removed one by one.
        ///
        /// Values are exactly eight bytes, the most significant first. Removing single ones would
        /// meet defects of LMDB 0.9.24 (ITS#9376, ITS#9461, ITS#9500, ITS#10396); the table can
        /// only be cleared as a whole.
        case appendOnlyDuplicates
    }

    /// The name of the table in the file, 1 to 511 bytes.
    package let name: String
    /// How the table keeps its entries.
    package let kind: Kind
    /// Whether a file that has tables, but not this one, belongs to something else.
    package let isEssential: Bool

    /// Defines a table.
    package init(name: String, kind: Kind = .ordinary, isEssential: Bool = false) {
        self.name = name
        self.kind = kind
        self.isEssential = isEssential
    }
}
