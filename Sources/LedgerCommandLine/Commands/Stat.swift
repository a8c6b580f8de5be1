internal import AccountLedger
internal import ArgumentParser
internal import LedgerDomain
internal import LedgerFormat
internal import LedgerStorage

/// Says what the ledger consists of.
struct Stat: Subcommand {
    static let configuration = CommandConfiguration(
        "stat", "Say what the ledger is, and how large.", example: "stat --json")

    /// Users are counted one by one; more than so many would take long.
    private static let mostUsersCounted = 100_000

    @OptionGroup var global: GlobalOptions

    @Flag(help: "Digest the rows of every view, which reads them all.")
    var digests = false

    func run(on console: Console) async throws(CommandFailure) -> ExitStatus {
        let ledger = try global.open(.readOnly, console)
        defer { ledger.close() }
        let summary = try translated { () throws(LedgerError) in try Self.summary(of: ledger) }
        let views = try ledger.keptRows(console, withDigests: digests)
        try global.answer(
            console, data: summary.json(ledger, views),
            text: text(summary, ledger, console) + text(views, summary.head, console)
                + summary.reactors.text(global.style(console)))
        return .fine
    }

    private static func summary(of ledger: Ledger) throws(LedgerError) -> LedgerSummary {
        let (head, users) = try ledger.read { (view) throws(LedgerError) in
            (try view.head(), try view.users(limit: mostUsersCounted + 1).count)
        }
        return LedgerSummary(
            head: head, users: users > mostUsersCounted ? nil : users,
            files: try ledger.statistics(), reactors: ReactorLines(of: ledger))
    }

    private func text(
        _ summary: LedgerSummary, _ ledger: Ledger, _ console: Console
    ) -> String {
        let style = global.style(console)
        var facts = Table()
        func add(_ name: String, _ value: String) { facts.add([.init(name), .init(value)]) }
        let files = summary.files
        add("ledger", ledger.id)
        add("path", ledger.path)
        add("created", global.times(console).text(ledger.createdAt))
        add("format", String(LedgerHeader.currentFormat))
        add("clock", ledger.usesSimulatedClock ? "simulated" : "the system's")
        add("policy", PolicyFile.json(ledger.policy).serialized)
        add("records", summary.head.description)
        add("users", summary.users.map { String($0) } ?? "more than \(Self.mostUsersCounted)")
        add("file", "\(files.fileSize) bytes")
        add("map", "\(files.mapSize) bytes")
        add("free pages", "\(files.freePages) of \(files.usedPages), \(files.pageSize) bytes each")
        add("readers", "\(files.readers) of \(files.maxReaders)")
        add("oldest reader", "\(files.oldestReaderLag) commits behind")
        add("LMDB", Environment.libraryVersion)
        var tables = Table(["TABLE", "ROWS", "PAGES"])
        for table in files.tables {
            let pages = table.branchPages + table.leafPages + table.overflowPages
            tables.add([.init(table.name), .init(String(table.entries)), .init(String(pages))])
        }
        return facts.text(style) + "\n" + tables.text(style)
    }
}

extension Stat {
    private func text(_ views: [KeptRows], _ head: Position, _ console: Console) -> String {
        var table = Table(["VIEW", "POSITION", "BEHIND", "DIGEST"].dropLast(digests ? 0 : 1))
        for view in views { table.add(view.cells(head).dropLast(digests ? 0 : 1)) }
        return "\n" + table.text(global.style(console))
    }
}

/// What `stat` found out.
private struct LedgerSummary {
    let head: Position
    /// How many users have records; none where counting would take long.
    let users: Int?
    let files: EnvironmentStatistics
    let reactors: ReactorLines

    func json(_ ledger: Ledger, _ views: [KeptRows]) -> JSONValue {
        func number(_ value: Int) -> JSONValue { .integer(Int64(value)) }
        return JSONValue([
            "ledger": .string(ledger.id),
            "path": .string(ledger.path),
            "createdAt": .time(ledger.createdAt),
            "format": number(LedgerHeader.currentFormat),
            "simulatedClock": .bool(ledger.usesSimulatedClock),
            "policy": PolicyFile.json(ledger.policy),
            "head": .number(head.number),
            "records": .number(head.number),
            "users": users.map(number) ?? .null,
            "fileSize": number(files.fileSize),
            "mapSize": number(files.mapSize),
            "pageSize": number(files.pageSize),
            "usedPages": number(files.usedPages),
            "freePages": number(files.freePages),
            "readers": number(files.readers),
            "maximumReaders": number(files.maxReaders),
            "oldestReaderLag": number(files.oldestReaderLag),
            "libraryVersion": .string(Environment.libraryVersion),
            "views": .array(views.map(\.json)),
            "tables": .array(
                files.tables.map { table in
                    JSONValue([
                        "table": .string(table.name), "rows": number(table.entries),
                        "pages": number(table.branchPages + table.leafPages + table.overflowPages),
                    ])
                }),
            "reactors": reactors.json,
        ])
    }
}
