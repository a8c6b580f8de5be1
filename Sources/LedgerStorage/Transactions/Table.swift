/// A table of one open environment.
///
/// It stays valid when the environment is reopened internally. Used with another environment it
/// is refused, so that two ledgers cannot be mixed up.
package struct Table: Sendable, Hashable {
    /// How the table keeps its entries.
    package let kind: TableDefinition.Kind
    let index: Int
    let environment: UInt64
}
