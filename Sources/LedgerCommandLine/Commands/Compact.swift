internal import AccountLedger
internal import ArgumentParser
internal import LedgerDomain
internal import LedgerFormat

/// Gives free pages back to the file system.
struct Compact: IsolatedSubcommand {
    static let configuration = CommandConfiguration(
        "compact", "Give the pages that the ledger no longer needs back to the file system.",
        """
        Nobody else may have the ledger open. A copy is made beside the file, compared with it, \
        and put in its place, so that there has to be room for both. `backup --compact` makes one \
        elsewhere, while the ledger is in use.
        """,
        example: "compact")

    @OptionGroup var global: GlobalOptions

    var publishes: Bool { true }

    func run(on console: Console) async throws(CommandFailure) -> ExitStatus {
        // What is said of a ledger that is absent is said by every subcommand alike.
        try global.open(.readOnly, console).close()
        let path = try global.path(console)
        console.finishWorkBeforeStopping()
        var progress = Progress(on: console)
        let receipt = try translated { () throws(LedgerError) in
            try Ledger.compact(at: path) { rows in
                progress.update("\(rows) rows compared")
                return !console.interruption.isRequested
            }
        }
        progress.clear()
        guard let receipt else {
            throw .stopped("Stopped before the end; nothing was changed. Run it again.")
        }
        try global.answer(
            console,
            data: JSONValue([
                "head": .number(receipt.position.number),
                "sizeBefore": .integer(Int64(receipt.sizeBefore)),
                "sizeAfter": .integer(Int64(receipt.sizeAfter)),
            ]),
            text: "Compacted \(receipt.sizeBefore) bytes to \(receipt.sizeAfter) bytes, at position"
                + " \(receipt.position).\n")
        return .fine
    }
}
