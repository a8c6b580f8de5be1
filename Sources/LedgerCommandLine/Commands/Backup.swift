internal import AccountLedger
internal import ArgumentParser
internal import LedgerAudit
internal import LedgerDomain
internal import LedgerFormat

/// Copies the ledger.
struct Backup: IsolatedSubcommand {
    static let configuration = CommandConfiguration(
        "backup", "Copy the ledger into another directory, durably, while it is in use.",
        """
        The copy is read back before it counts. Projections and reactors beside the ledger are not \
        copied.
        """,
        example: "backup --to backups/2026-11-21")

    @OptionGroup var global: GlobalOptions

    var publishes: Bool { true }

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("A new or empty directory.", valueName: "dir"))
    var to: String

    @Flag(help: "Leave free pages out; slower.")
    var compact = false

    @OptionGroup var copy: CopyOptions

    func run(on console: Console) async throws(CommandFailure) -> ExitStatus {
        let ledger = try global.open(.readOnly, console)
        defer { ledger.close() }
        console.finishWorkBeforeStopping()
        var progress = Progress(on: console)
        let receipt = try translated { () throws(LedgerError) in
            try ledger.backup(to: to, compacting: compact, verification: copy.verification) {
                step in
                progress.update(step.words)
                return !console.interruption.isRequested
            }
        }
        progress.clear()
        guard let receipt else {
            throw .stopped("Stopped. The copy in \(to) is whole, and was not read back.")
        }
        try global.answer(console, data: receipt.json, text: "Copied \(receipt.text)\n")
        return .fine
    }
}
