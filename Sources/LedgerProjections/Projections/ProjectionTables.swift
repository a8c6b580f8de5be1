internal import LedgerStorage

/// The tables of a projection in an open environment.
struct ProjectionTables: Sendable {
    /// What the rows were built from and how far; no table of a projection can have this name.
    static let meta = TableDefinition(name: "_projection", isEssential: true)

    private let tables: [String: Table]

    init(_ projection: some Projection, _ side: ProjectionSide, in environment: Environment) {
        var tables: [String: Table] = [:]
        for definition in projection.tables {
            tables[definition.name] = environment.table(side.name(of: definition.name))
        }
        self.tables = tables
    }

    /// The tables' names in the order of their bytes.
    var names: [String] { tables.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) } }

    /// The tables in no order.
    var all: [Table] { Array(tables.values) }

    func table(_ name: String) throws(ProjectionError) -> Table {
        guard let table = tables[name] else {
            throw ProjectionError(
                .unknownTable, "The projection does not declare table \(name). Add it to `tables`.")
        }
        return table
    }

    func place(of key: [UInt8], in table: String) throws(ProjectionError) -> RowPlace {
        guard 1...StorageLimits.maximumKeyLength ~= key.count else {
            throw ProjectionError(
                .keyLength,
                "A key of table \(table) has \(key.count) bytes; it may have 1 to"
                    + " \(StorageLimits.maximumKeyLength).")
        }
        return RowPlace(table: try self.table(table), key: key)
    }

    func value<Value: RowCodable>(
        _ type: Value.Type, at place: RowPlace, of table: String, in snapshot: borrowing Snapshot
    ) throws(ProjectionError) -> Value? {
        let bytes: [UInt8]?
        do { bytes = try snapshot.copy(of: place.key, in: place.table) } catch {
            throw ProjectionError(storage: error)
        }
        return try bytes.map { bytes throws(ProjectionError) in
            try Self.decode(type, bytes.span, of: table)
        }
    }

    static func decode<Row: RowCodable>(
        _ type: Row.Type, _ bytes: Span<UInt8>, of table: String
    ) throws(ProjectionError) -> Row {
        do { return try RowDecoder.decode(type, bytes) } catch {
            throw ProjectionError(
                .damagedRow,
                "A row of table \(table) cannot be read. Another edition wrote it, or the file is"
                    + " damaged: raise the version, or remove the projection's directory.")
        }
    }
}
