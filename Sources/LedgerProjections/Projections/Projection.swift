public import LedgerDomain

/// A view of the log that an application keeps: a pure fold of records into rows of tables.
///
/// The rows follow from the records alone, so that they can be thrown away and built again, now or
/// as of any position, by this process or another. Whatever has an effect outside its rows (sends,
/// calls, counts for a metric) is not a projection: a rebuild would do it again.
public protocol Projection: Sendable {
    /// What it is called: 1 to 64 of a-z, 0-9 and `-`. With the version it names the directory
    /// that its rows are kept in.
    var name: String { get }
    /// Which edition of the rows it builds: 1 to 65,535, one more whenever `apply` or the tables
    /// change. Each edition keeps rows of its own, so that a new one is built beside the old one.
    var version: Int { get }
    /// The tables that it writes to, 1 to 16 with different names.
    var tables: [any ProjectionTableDefinition] { get }
    /// The events that `apply` is given.
    var handles: Set<EventKind> { get }
    /// The events that say nothing to it.
    ///
    /// Every kind has to be in one of the two sets. A version of the package that has a new kind
    /// thereby refuses to open the projection until somebody has thought about it.
    var ignores: Set<EventKind> { get }

    /// Takes a record in.
    ///
    /// It may depend on the record and on the rows, and on nothing else: no clock, no random
    /// numbers, no reading of files, no state outside the rows. It is called once for each record
    /// of a kind that it handles, in the order of the log. What it throws stops the projection at
    /// the record, which leaves no trace then.
    func apply(_ record: EventRecord, to rows: inout ProjectionRows) throws
}

/// The name of a table of a projection, whatever it holds.
public protocol ProjectionTableDefinition: Sendable {
    /// The name: 1 to 64 of a-z, 0-9 and `-`.
    var name: String { get }
}

/// A table of a projection: one value for a key, in the order of the keys.
public struct ProjectionTable<Key: RowCodable, Value: RowCodable>: ProjectionTableDefinition {
    /// The name: 1 to 64 of a-z, 0-9 and `-`.
    public let name: String

    /// Names a table.
    public init(_ name: String) {
        self.name = name
    }
}
