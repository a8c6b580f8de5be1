internal import AccountLedger
internal import LedgerFormat

/// Writes changes as they come, each as soon as it is there.
struct ChangeStream: Sendable {
    let changes: LedgerChanges
    /// What was dealt with before.
    let start: ChangePlace
    /// Whether to wait for more at the end of the log.
    let follows: Bool
    let console: Console
    /// Whether programs read it: then it is JSON Lines.
    let isJSON: Bool
    let text: ChangeText

    /// Writes until the task is cancelled or, where it does not follow, the log has no more.
    func run() async -> Result<ExitStatus, CommandFailure> {
        var (last, isCaughtUp) = (start, false)
        do {
            for try await item in changes {
                // The task may not have been cancelled yet.
                guard !console.interruption.isRequested else { break }
                try write(item)
                last = item.place
                if case .caughtUp = item { isCaughtUp = true } else { isCaughtUp = false }
                if isCaughtUp, !follows { return .success(.fine) }
            }
        } catch let failure as CommandFailure {
            return .failure(failure)
        } catch let error as LedgerError {
            return .failure(CommandFailure(error))
        } catch {
            // Cancelled: nothing else ends the changes.
        }
        if isCaughtUp { return .success(.fine) }
        return .failure(.stopped("Stopped after \(last). Go on with --after \(last)."))
    }

    private func write(_ item: ChangeFeedItem) throws(CommandFailure) {
        switch item {
        case .change(let change):
            let line = isJSON ? ChangeFeedLine.json(change).serialized : text.line(change)
            try console.output.writeLine(line)
        case .caughtUp(let place):
            guard isJSON else { return }
            try console.output.writeLine(ChangeFeedLine.json(caughtUp: place).serialized)
        }
        try console.output.flush()
    }
}
