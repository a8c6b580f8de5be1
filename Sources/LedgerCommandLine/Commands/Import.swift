internal import AccountLedger
internal import ArgumentParser
internal import Foundation
internal import LedgerDomain
internal import LedgerFormat
internal import LedgerStorage

/// Imports a table of grants, or a ledger that was exported.
struct Import: Subcommand {
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case userGrantsCSV = "user-grants-csv"
        case nylasGrants = "nylas-grants"
        case nylasWebhooks = "nylas-webhooks"
        case composioWebhooks = "composio-webhooks"
        case nangoWebhooks = "nango-webhooks"
        case paragonUser = "paragon-user"
        case cloudevents
    }

    static let configuration = CommandConfiguration(
        "import",
        "Import accounts, what platforms say of them, or a whole ledger.",
        """
        user-grants-csv is the table user_grants (id, user_id, grant_id, provider, email, label, \
        created_at) as PostgreSQL's COPY ... WITH (FORMAT csv, HEADER) writes it. A ledger that is \
        absent is made. What is rejected is told on standard error, and the rest goes on; then the \
        exit code is 1.

        nylas-grants are answers of GET /v3/grants, paragon-user answers of GET /sdk/me, and the \
        webhooks bodies that a platform delivered; one a line, an array of them, or one alone. \
        Their signatures are not checked.

        cloudevents is what `export --format cloudevents` writes without --from, --to and --user. \
        The ledger is restored from it with the same id, positions, times and bytes, into a \
        directory without a ledger, or one where an earlier import of the same file has stopped. \
        The first line that is not what was written ends it, with the exit code 2.
        """,
        example: "import --format user-grants-csv user_grants.csv --toolkit google=gmail")

    @OptionGroup var global: GlobalOptions

    @Option(help: "What the file is.")
    var format: Format

    @Argument(help: "The file, or - for standard input.")
    var file: String

    @Option(
        name: .customLong("toolkit"), parsing: .unconditionalSingleValue,
        help: ArgumentHelp(
            "The toolkit of a provider; else the provider's name stands for it.",
            valueName: "provider=toolkit"))
    var toolkits: [ToolkitMapping] = []

    @Option(help: ArgumentHelp("The most rows that share a commit.", valueName: "rows"))
    var batch = 1000

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Write rejected rows there, as JSON Lines.", valueName: "file"))
    var rejects: String?

    @Flag(help: "A rejected row undoes the batch that it is in; for user-grants-csv only.")
    var strict = false

    @Option(
        name: .customLong("user-from"), parsing: .unconditionalSingleValue,
        help: ArgumentHelp(
            "Where the user is named in metadata or tags; the first found counts.",
            valueName: "name"))
    var userFrom: [String] = []

    @Option(
        name: .customLong("subject-from"), parsing: .unconditionalSingleValue,
        help: ArgumentHelp(
            "What names an account at its provider: told, email, grant, or a name in metadata or"
                + " tags; told and email where left out.", valueName: "what"))
    var subjectFrom: [String] = []

    @Option(
        name: .customLong("listed-at"),
        help: ArgumentHelp(
            "When the platform made the listing, RFC 3339; without it a grant that is known is not"
                + " taken for expired.", valueName: "time"))
    var listedAt: Timestamp?

    @OptionGroup(title: "Conditions") var actor: ActorOptions

    static let chunkLength = 256 << 10

    func validate() throws {
        if format == .cloudevents { try refuseOptionsOfTables() }
        guard (1...4000).contains(batch) else {
            throw ValidationError("--batch is not 1 to 4000.")
        }
        if strict, format != .userGrantsCSV {
            throw ValidationError("--strict is for --format user-grants-csv.")
        }
        for mapping in toolkits { try checkForm("--toolkit", mapping.toolkit) }
        if Set(toolkits.map(\.provider)).count < toolkits.count {
            throw ValidationError("A provider is mapped twice with --toolkit.")
        }
    }

    /// A ledger is restored as it was, with nobody's words in it.
    private func refuseOptionsOfTables() throws {
        guard toolkits.isEmpty, rejects == nil, !strict, userFrom.isEmpty, subjectFrom.isEmpty,
            listedAt == nil, actor.now == nil, actor.context == CommandContext()
        else {
            throw ValidationError("With --format cloudevents only --batch may be given.")
        }
    }

    func run(on console: Console) async throws(CommandFailure) -> ExitStatus {
        guard format == .userGrantsCSV || format == .cloudevents else {
            return try await runBodies(on: console)
        }
        let input: InputFile
        do { input = try InputFile(file, console) } catch { throw CommandFailure(error) }
        console.finishWorkBeforeStopping()
        if format == .cloudevents { return try await restore(input, console) }
        var rows = GrantRows(StoppableInput(console.interruption, read: input.reader), toolkits)
        // Nothing is made before the header was found to be right, and no ledger before it is known
        // that rejected rows can be written.
        let first = try await rows.next(upTo: Self.chunkLength)
        let (ledger, rejects) = try open(input, console)
        defer { ledger.close() }
        let plan = GrantImport.Plan(
            batch: batch, isStrict: strict, context: actor.context, now: actor.now)
        var work = GrantImport(into: ledger, plan, on: console, rejects: rejects)
        try await run(&work, first, &rows, console)
        try answer(work.count, console)
        return work.count.rejected == 0 ? .fine : .found
    }

    private func restore(
        _ input: InputFile, _ console: Console
    ) async throws(CommandFailure) -> ExitStatus {
        var work = CloudEventImport(
            input, into: try global.path(console), batch: batch, on: console)
        let summary = try await work.run()
        try global.answer(console, data: summary.json, text: summary.text + "\n")
        return .fine
    }

    /// Opens the file for rejected rows, where one is named, and the ledger.
    func open(
        _ input: InputFile, _ console: Console
    ) throws(CommandFailure) -> (Ledger, TextOutput?) {
        let options = LedgerOptions(access: .create)
        guard let rejects else { return (try global.open(options, console), nil) }
        let file = try RejectsFile(rejects)
        try file.refuse(input.identity, as: "the table that is imported")
        let ledger = try global.open(options, console)
        do throws(CommandFailure) {
            let parts = FileManager.default.enumerator(atPath: ledger.path)
            while let part = parts?.nextObject() as? String {
                let identity = try? FileIdentity(path: ledger.path + "/" + part)
                try file.refuse(identity, as: "part of the ledger")
            }
            return (ledger, try file.emptied())
        } catch {
            ledger.close()
            throw error
        }
    }

    private func answer(_ count: ImportCount, _ console: Console) throws(CommandFailure) {
        guard global.json else { return try console.output.writeLine(count.text) }
        let rejection = Diagnostic(
            code: "rejected",
            message: "\(count.rejected) rows were rejected; standard error says which and why.")
        let envelope = Envelope(
            count.rejected == 0 ? .ok : .found, data: count.json,
            diagnostics: count.rejected == 0 ? [] : [rejection])
        try console.output.writeLine(envelope.json.serialized)
    }

    private func run(
        _ work: inout GrantImport, _ first: [UserGrantsReader.Row]?, _ rows: inout GrantRows,
        _ console: Console
    ) async throws(CommandFailure) {
        var progress = Progress(on: console)
        var page = first
        while let rowsOfPage = page {
            for row in rowsOfPage where try await work.take(row) {
                progress.update("\(work.count.rows) rows")
                if console.interruption.isRequested { throw stopped(work, &progress) }
            }
            page = try await rows.next(upTo: Self.chunkLength)
        }
        if rows.isStopped { throw stopped(work, &progress) }
        try await work.commit()
        progress.clear()
    }

    private func stopped(_ work: GrantImport, _ progress: inout Progress) -> CommandFailure {
        progress.clear()
        return .stopped(
            "Stopped after line \(work.lastLine): \(work.count.text). Run it again to go on;"
                + " what is imported stays unchanged.")
    }
}
