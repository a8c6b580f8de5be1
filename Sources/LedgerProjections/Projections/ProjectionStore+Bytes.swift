extension ProjectionStore {
    /// The rows of every table as they are stored, by table and key.
    package func storedRows() throws(ProjectionError) -> [String: [[UInt8]: [UInt8]]] {
        var all = Dictionary(
            uniqueKeysWithValues: projection.tables.map { ($0.name, [[UInt8]: [UInt8]]()) })
        try scanRows { (table, key, value) throws(ProjectionError) in
            all[table, default: [:]][key] = value
        }
        return all
    }
}
