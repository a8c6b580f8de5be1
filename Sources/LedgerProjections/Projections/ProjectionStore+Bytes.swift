internal import LedgerStorage

extension ProjectionStore {
    /// The rows of every table as they are stored, by table and key.
    package func storedRows() throws(ProjectionError) -> [String: [[UInt8]: [UInt8]]] {
        try environment.read { (snapshot) throws(ProjectionError) in
            var all: [String: [[UInt8]: [UInt8]]] = [:]
            for name in tables.names {
                var rows: [[UInt8]: [UInt8]] = [:]
                try snapshot.scan(try tables.table(name)) { (key, value) throws(ProjectionError) in
                    rows[[UInt8](copying: key)] = [UInt8](copying: value)
                    return .next
                }
                all[name] = rows
            }
            return all
        }
    }
}
