internal import AccountLedger
internal import ArgumentParser
internal import LedgerDomain
internal import LedgerFormat

/// Copies the ledger.
struct Backup: Subcommand {
    static let configuration = CommandConfiguration(
        "backup", "Copy the ledger into another directory, durably, while it is in use.",
        example: "backup --to backups/2026-11-21")

    @OptionGroup var global: GlobalOptions

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("A new or empty directory.", valueName: "dir"))
    var to: String

    func run(on console: Console) async throws(CommandFailure) -> ExitStatus {
        let ledger = try global.open(.readOnly, console)
        defer { ledger.close() }
        try translated { () throws(LedgerError) in try ledger.backup(to: to) }
        // The copy is opened, so that what is said of it was read from it.
        let copy = try translated { () throws(LedgerError) in
            try Ledger.open(at: to, options: LedgerOptions(access: .readOnly))
        }
        defer { copy.close() }
        let head = try translated { () throws(LedgerError) in try copy.head() }
        try global.answer(
            console,
            data: JSONValue(["path": .string(copy.path), "head": .number(head.number)]),
            text: "Copied the log up to position \(head) into \(copy.path).\n")
        return .fine
    }
}
