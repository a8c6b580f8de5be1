internal import AccountLedger
internal import ArgumentParser
internal import LedgerDomain
internal import LedgerFormat
internal import LedgerStorage

/// Makes a ledger.
struct Create: Subcommand {
    static let configuration = CommandConfiguration(
        "create", "Make a ledger in a new or empty directory.",
        """
        A policy is a JSON object with any of allowMultiple, accountLimit, sharedAccounts, \
        duplicateLabels, requireChoice and refuseFallback. It cannot be changed later.
        """,
        example: "create --policy policy.json")

    @OptionGroup var global: GlobalOptions

    @Flag(help: "Take the time from each command; for tests and simulations only.")
    var simulateClock = false

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("The file with the policy, or - for standard input.", valueName: "file"))
    var policy: String?

    func run(on console: Console) async throws(CommandFailure) -> ExitStatus {
        var options = LedgerOptions(access: .createNew)
        options.usesSimulatedClock = simulateClock
        if let policy { options.policy = try readPolicy(policy, console) }
        let ledger = try global.open(options, console)
        defer { ledger.close() }
        try global.answer(
            console,
            data: JSONValue([
                "ledger": .string(ledger.id), "path": .string(ledger.path),
                "simulatedClock": .bool(ledger.usesSimulatedClock),
                "policy": PolicyFile.json(ledger.policy),
            ]),
            text: "Made the ledger \(ledger.id) in \(ledger.path).\n")
        return .fine
    }

    private func readPolicy(
        _ file: String, _ console: Console
    ) throws(CommandFailure) -> Policy {
        var bytes: [UInt8] = []
        do {
            let source = try InputFile(file, console).reader
            while bytes.count <= LineDecoder.maximumLength {
                let more = try source(64 << 10)
                guard !more.isEmpty else { break }
                bytes += more
            }
        } catch {
            throw CommandFailure(error)
        }
        do {
            return try PolicyFile.decode(bytes)
        } catch {
            throw .usage("The policy in \(file) cannot be used: \(error).")
        }
    }
}
