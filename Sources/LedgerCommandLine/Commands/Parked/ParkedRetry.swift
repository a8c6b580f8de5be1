internal import AccountLedger
internal import ArgumentParser
internal import LedgerDomain
internal import LedgerFormat
internal import LedgerProjections
internal import LedgerStorage

/// Has parked records delivered once more.
struct ParkedRetry: Subcommand {
    static let configuration = CommandConfiguration(
        "retry", "Have parked records delivered once more, by the service that has the reactor.",
        "Returns when they are marked, which is before they are delivered. Each gets one attempt,"
            + " out of its order; what fails again is parked again.",
        example: "parked retry --reactor mailer --all")

    @OptionGroup var global: GlobalOptions
    @OptionGroup var option: ReactorOption

    @Option(help: ArgumentHelp("The record at this position.", valueName: "position"))
    var position: Position?

    @Flag(help: "All that are parked.")
    var all = false

    func validate() throws {
        guard (position != nil) != all else {
            throw ValidationError("Give --position or --all, one of them.")
        }
    }

    func run(on console: Console) async throws(CommandFailure) -> ExitStatus {
        let count = try option.use(global, console, .readWrite) { (store) throws(ReactorError) in
            guard let position else { return try store.retryAll() }
            try store.requireParked(position, try store.retry(position))
            return 1
        }
        let records = count == 1 ? "1 record is" : "\(count) records are"
        try global.answer(
            console, data: JSONValue(["marked": .integer(Int64(count))]),
            text: "\(records) to be delivered once more.\n")
        return .fine
    }
}
