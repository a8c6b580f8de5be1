internal import AccountLedger
internal import ArgumentParser
internal import LedgerAudit
internal import LedgerDomain
internal import LedgerFormat

/// Puts a backup in the place of a ledger.
struct Restore: IsolatedSubcommand {
    static let configuration = CommandConfiguration(
        "restore", "Make the ledger from a backup, where there is none.",
        """
        The copy is read back before it gets its name, and nothing is replaced. It is the same \
        ledger: do not go on writing into another copy of it.
        """,
        example: "restore --from backups/2026-11-21")

    @OptionGroup var global: GlobalOptions

    var publishes: Bool { true }

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("The directory of the backup.", valueName: "dir"))
    var from: String

    @OptionGroup var copy: CopyOptions

    func run(on console: Console) async throws(CommandFailure) -> ExitStatus {
        let path = try global.path(console)
        console.finishWorkBeforeStopping()
        var progress = Progress(on: console)
        let receipt = try translated { () throws(LedgerError) in
            try Ledger.restore(from: from, to: path, verification: copy.verification) { step in
                progress.update(step.words)
                return !console.interruption.isRequested
            }
        }
        progress.clear()
        guard let receipt else {
            throw .stopped("Stopped before the end; nothing was restored. Run it again.")
        }
        try global.answer(console, data: receipt.json, text: "Restored \(receipt.text)\n")
        return .fine
    }
}
