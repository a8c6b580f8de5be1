internal import AccountLedger
internal import Peers

/// What is read from a ledger that lies in memory.
struct LedgerReadings {
    private let ledger: Ledger
    private let users: UserNames

    init(_ ledger: Ledger, _ users: UserNames) {
        self.ledger = ledger
        self.users = users
    }

    /// Asks about every user, and returns how many a second were answered.
    ///
    /// - Parameter together: Whether the answers of a thread and pass are all of one state.
    func run(_ what: Reading, threads: Int, together: Bool) async throws -> Double {
        // As with the peers, the first pass is not timed.
        _ = try await ask(what, threads: threads, passes: 1, together: together)
        let start = peer_clock()
        let found = try await ask(what, threads: threads, passes: users.passes, together: together)
        let seconds = peer_clock() - start
        guard found == users.passes * users.count * what.rowsPerUser else {
            throw Failure("the ledger finds \(found) rows, not those expected")
        }
        return Double(users.passes * users.count) / seconds
    }

    private func ask(
        _ what: Reading, threads: Int, passes: Int, together: Bool
    ) async throws -> Int {
        try await withThrowingTaskGroup(of: Int.self) { group in
            let share = users.count / threads
            for thread in 0..<threads {
                let end = thread == threads - 1 ? users.count : (thread + 1) * share
                let part = users.users[(thread * share)..<end]
                group.addTask {
                    try (0..<passes).reduce(0) { found, _ in
                        found + (try together ? readTogether(what, part) : readEach(what, part))
                    }
                }
            }
            return try await group.reduce(0, +)
        }
    }

    private func readEach(_ what: Reading, _ users: ArraySlice<UserID>) throws -> Int {
        var found = 0
        switch what {
        case .selection:
            for user in users {
                found += acts(try ledger.selection(of: user, toolkit: Samples.toolkit))
            }
        case .accounts: for user in users { found += try ledger.accounts(of: user).count }
        case .history: for user in users { found += try ledger.history(of: user).count }
        }
        return found
    }

    private func readTogether(_ what: Reading, _ users: ArraySlice<UserID>) throws -> Int {
        try ledger.read { view throws(LedgerError) in
            var found = 0
            switch what {
            case .selection:
                for user in users {
                    found += acts(try view.selection(of: user, toolkit: Samples.toolkit))
                }
            case .accounts: for user in users { found += try view.accounts(of: user).count }
            case .history: for user in users { found += try view.history(of: user).count }
            }
            return found
        }
    }

    private func acts(_ selection: Selection) -> Int {
        selection.credential != nil
            && selection.passedOver.count == Samples.accountsPerUser - 1 ? 1 : 0
    }
}
