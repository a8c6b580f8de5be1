internal import AccountLedger
internal import ArgumentParser
internal import LedgerDomain
internal import LedgerFormat
internal import LedgerProjections
internal import LedgerStorage

/// Forgets a parked record.
struct ParkedDiscard: Subcommand {
    static let configuration = CommandConfiguration(
        "discard", "Forget a parked record: it is never delivered.",
        "The record stays in the log; only its delivery is given up.",
        example: "parked discard --reactor mailer --position 17")

    @OptionGroup var global: GlobalOptions
    @OptionGroup var option: ReactorOption

    @Option(help: ArgumentHelp("The record at this position.", valueName: "position"))
    var position: Position

    func run(on console: Console) async throws(CommandFailure) -> ExitStatus {
        try option.use(global, console, .readWrite) { (store) throws(ReactorError) in
            try store.requireParked(position, try store.discard(position))
        }
        try global.answer(
            console, data: JSONValue(["discarded": .number(position.number)]),
            text: "Record \(position) is not going to be delivered.\n")
        return .fine
    }
}
