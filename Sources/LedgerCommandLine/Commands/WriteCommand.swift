internal import AccountLedger
internal import ArgumentParser
internal import LedgerDomain
internal import LedgerFormat

/// A subcommand that carries one command out.
protocol WriteCommand: Subcommand {
    /// Who asks, and under which conditions.
    var envelope: EnvelopeOptions { get }

    /// What is to be done; the console is for what the arguments leave to standard input.
    func action(on console: Console) throws(CommandFailure) -> Command.Action
}

extension WriteCommand {
    func run(on console: Console) async throws(CommandFailure) -> ExitStatus {
        let command = Command(try action(on: console), context: envelope.context)
        let ledger = try global.open(.readWrite, console)
        defer { ledger.close() }
        let outcome: Outcome
        do {
            outcome = try await ledger.execute(command, at: envelope.actor.now)
        } catch {
            throw CommandFailure(error)
        }
        try answer(outcome, on: console)
        return outcome.refusal == nil ? .fine : .found
    }

    /// In JSON the data is what `apply` answers to the command as its first line.
    private func answer(_ outcome: Outcome, on console: Console) throws(CommandFailure) {
        guard global.json else {
            return try console.output.write(
                OutcomeText.text(outcome, global.times(console), global.style(console)))
        }
        let diagnostics = outcome.refusal.map { [CommandFailure($0).diagnostic] } ?? []
        let envelope = Envelope(
            outcome.refusal == nil ? .ok : .found, data: OutcomeLine.json(outcome, line: 1),
            diagnostics: diagnostics)
        try console.output.writeLine(envelope.json.serialized)
    }
}
