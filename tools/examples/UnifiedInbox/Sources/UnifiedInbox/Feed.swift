import AccountLedger

/// Prints what changes for accounts as it changes, whoever changes it.
struct Feed: Sendable {
    private let ledger: Ledger
    private let marks: AsyncStream<Position>
    private let mark: AsyncStream<Position>.Continuation

    init(of ledger: Ledger) {
        self.ledger = ledger
        (marks, mark) = AsyncStream.makeStream(of: Position.self)
    }

    /// Follows the ledger until the task is cancelled.
    ///
    /// A service that is started again would begin after the place that it stored last.
    func follow() async throws {
        for try await item in ledger.changes(after: .beginning) {
            switch item {
            case .change(let change): print("  feed     \(try describe(change))")
            case .caughtUp(let place): mark.yield(place.position)
            @unknown default: break
            }
        }
    }

    /// Waits until everything up to now is printed, so that this program always prints the same.
    func hasPrintedEverything() async throws {
        let head = try ledger.head()
        for await position in marks where position >= head { return }
    }

    private func describe(_ change: AccountChange) throws -> String {
        let names = try Names(of: change.user, in: ledger)
        let account = names[change.credential]
        return switch change.kind {
        case .connected: "\(account) is connected"
        case .reconnected: "\(account) is connected again"
        case .expired(_, let reason): "\(account) has expired: \(reason ?? "no reason")"
        case .selectionChanged(let old, let new, _):
            "\(change.toolkit) acts as \(names[new]), before: \(names[old])"
        default: "\(account): \(change.kind)"
        }
    }
}

/// What a user calls the accounts.
struct Names {
    private let labels: [CredentialID: String]

    init(of user: UserID, in ledger: Ledger) throws {
        labels = Dictionary(
            uniqueKeysWithValues: try ledger.accounts(of: user, includingRevoked: true).map {
                ($0.id, $0.label ?? $0.account.email ?? $0.id.text)
            })
    }

    subscript(credential: CredentialID?) -> String {
        credential.flatMap { labels[$0] } ?? "nothing"
    }

    subscript(result: Selection.Result) -> String {
        switch result {
        case .credential(let credential): self[credential]
        case .needsReconnect(let credential): "\(self[credential]), once it is connected again"
        default: "nothing"
        }
    }
}
