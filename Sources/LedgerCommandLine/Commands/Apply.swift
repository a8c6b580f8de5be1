internal import AccountLedger
internal import ArgumentParser

/// Carries out commands that come as lines.
struct Apply: Subcommand {
    static let configuration = CommandConfiguration(
        "apply", "Carry out one JSON command a line, and answer each with one JSON outcome.",
        """
        Reads standard input and writes standard output, both JSON Lines, in order; an outcome is \
        written when it is durable. A line that is no command is answered `invalid`, and the next \
        one is read. A ledger that is absent is made. Exit code 1 where a line was refused.
        """,
        example: "apply < commands.jsonl > outcomes.jsonl")

    @OptionGroup var global: GlobalOptions

    @Flag(help: "Take the ledger's time from `now` in each line; for simulations only.")
    var simulateClock = false

    func run(on console: Console) async throws(CommandFailure) -> ExitStatus {
        var options = LedgerOptions(access: .create)
        options.usesSimulatedClock = simulateClock
        let ledger = try global.open(options, console)
        defer { ledger.close() }
        guard ledger.usesSimulatedClock == simulateClock else {
            throw CommandFailure(
                .unusable, code: "clockMismatch",
                "The ledger in \(ledger.path) has a simulated clock: give --simulate-clock, and"
                    + " `now` in each line.")
        }
        console.finishWorkBeforeStopping()
        var stream = CommandStream(ledger, on: console)
        guard try await stream.run() else {
            throw .stopped(
                "Stopped after line \(stream.lines); what was answered is durable. Go on with line"
                    + " \(stream.lines + 1).")
        }
        return stream.refused == 0 ? .fine : .found
    }
}
