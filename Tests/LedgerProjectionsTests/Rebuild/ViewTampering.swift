@testable internal import AccountLedger
internal import LedgerJournal
internal import LedgerProjections
internal import LedgerStorage

extension Ledger {
    /// Removes, adds and changes some rows of every derived table; answers how many differ then.
    func tamper(using random: inout some RandomNumberGenerator) throws -> Int {
        var count = 0
        for name in ViewTables.Name.allCases {
            let table = tables.table(name)
            let rows = try environment.read { (snapshot) throws(JournalError) in
                var rows: [(key: [UInt8], value: [UInt8])] = []
                try snapshot.scan(table) { (key, value) throws(JournalError) in
                    rows.append(([UInt8](copying: key), [UInt8](copying: value)))
                    return .next
                }
                return rows
            }
            let chosen = rows.shuffled(using: &random).prefix(6)
            let extra = [UInt8](repeating: 0x7A, count: .random(in: 1...200, using: &random))
            try environment.write { (transaction) throws(StorageError) in
                for (index, row) in chosen.enumerated() where name != .users {
                    if index.isMultiple(of: 2) {
                        try transaction.delete(row.key, in: table)
                    } else {
                        try transaction.put(key: row.key, value: row.value + [0x21], in: table)
                    }
                }
                for key in name == .users ? Set(chosen.map(\.key)) : [] {
                    try transaction.deleteDuplicates(of: key, in: table)
                    for row in rows where row.key == key {
                        if chosen.contains(where: { $0 == row }) { continue }
                        let number = UInt64(bigEndian: row.value.span) ?? 0
                        try transaction.putDuplicate(key: key, number, in: table)
                    }
                }
                if name == .users {
                    try transaction.putDuplicate(key: extra, 7, in: table)
                } else {
                    try transaction.put(key: extra, value: [1, 2, 3], in: table)
                }
            }
            count += chosen.count + 1
        }
        return count
    }

    /// Adds numbers to the index of users.
    func addNumbers(_ numbers: [UInt64], of key: [UInt8]) throws {
        try environment.write { (transaction) throws(StorageError) in
            for number in numbers {
                try transaction.putDuplicate(key: key, number, in: tables.table(.users))
            }
        }
    }

    /// Writes how far the views say that they are.
    func setViewCheckpoint(_ bytes: [UInt8]) throws {
        let table = try environment.requireTable(LedgerMeta.definition.name)
        try environment.write { (transaction) throws(StorageError) in
            try transaction.put(key: Array("checkpoint".utf8), value: bytes, in: table)
        }
    }

    /// Whether every row is what the log implies.
    func hasRightViews() throws -> Bool {
        try compareViews { _ in true }?.isIdentical ?? false
    }
}
