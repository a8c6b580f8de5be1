internal import LedgerStorage

/// An environment in a directory of its own, with one table of each kind.
struct ScratchEnvironment {
    static let definitions = [
        TableDefinition(name: "events"),
        TableDefinition(name: "index", kind: .appendOnlyDuplicates),
        TableDefinition(name: "other"),
    ]

    let directory: TemporaryDirectory
    let path: String
    let environment: Environment
    var events: Table { environment.tables[0] }
    var index: Table { environment.tables[1] }
    var other: Table { environment.tables[2] }

    init(
        in place: TemporaryDirectory.Place = .memory,
        _ change: (inout EnvironmentOptions) -> Void = { _ in }
    ) throws {
        directory = try TemporaryDirectory(in: place)
        path = directory.appending("ledger")
        environment = try ScratchEnvironment.open(path, access: .create, change)
    }

    static func open(
        _ path: String,
        access: EnvironmentOptions.Access = .readWrite,
        _ change: (inout EnvironmentOptions) -> Void = { _ in }
    ) throws(StorageError) -> Environment {
        var options = EnvironmentOptions(access: access)
        change(&options)
        return try Environment.open(at: path, tables: definitions, options: options)
    }

    /// Stores one entry in the first table, in a transaction of its own.
    func put(_ key: String, _ value: String = "") throws(StorageError) {
        let table = events
        try environment.write { (transaction) throws(StorageError) in
            try transaction.put(key: Array(key.utf8), value: Array(value.utf8), in: table)
        }
    }

    /// The value of a key in the first table.
    func get(_ key: String) throws(StorageError) -> String? {
        try ScratchEnvironment.get(key, environment)
    }

    static func get(_ key: String, _ environment: Environment) throws(StorageError) -> String? {
        try environment.read { (snapshot) throws(StorageError) in
            try snapshot.copy(of: Array(key.utf8), in: environment.tables[0])
        }.map { String(decoding: $0, as: UTF8.self) }
    }
}

extension [UInt8] {
    /// The bytes of a text.
    init(_ text: String) { self = Array(text.utf8) }
}
