internal import AccountLedger

/// Finds out whether each follower was given what the log comes to.
struct Judgement {
    let ledger: Ledger

    /// A selection of a user.
    private struct Key: Hashable {
        let user: UserID
        let toolkit: ToolkitID
    }

    /// What is wrong; nothing where all is well.
    func problems(
        _ followers: [Follower], _ results: [Follower.Result]
    ) async throws -> [String] {
        var problems: [String] = []
        var expected = followers.map { _ in Trace() }
        var hasStopped = followers.map { _ in false }
        var selections: [Key: Selection.Result] = [:]
        var named: [Position: String] = [:]
        for try await item in ledger.changes() {
            guard case .change(let change) = item else { break }
            if case .selectionChanged(let from, let to, _) = change.kind {
                let key = Key(user: change.user, toolkit: change.toolkit)
                if selections[key, default: .none] != from {
                    problems.append("\(change) does not follow on the one before")
                }
                selections[key] = to
            } else {
                named[change.position] = change.kind.name
            }
            for (index, follower) in followers.enumerated() {
                if change.kind == .connected(grant: follower.stop) { hasStopped[index] = true }
                let isAfter = change.position > follower.start.position
                if isAfter, !hasStopped[index], follower.filter.includes(change) {
                    expected[index].add(change)
                }
            }
        }
        for (index, follower) in followers.enumerated() {
            let (found, result) = (results[index].trace, results[index])
            if found != expected[index] || !result.isInOrder {
                problems.append(
                    "follower \(index), \(follower.filter), was given \(found.count) changes and"
                        + " not the \(expected[index].count) expected, or others")
            }
        }
        return problems + (try comparedWithRecords(named)) + (try comparedWithViews(selections))
    }

    /// Each event but those that bear on no account is told, by a name that follows from it alone.
    private func comparedWithRecords(_ named: [Position: String]) throws -> [String] {
        var problems: [String] = []
        var position = Position.start
        while true {
            let page = try ledger.read { (view) throws(LedgerError) in
                try view.records(after: position, limit: 2000)
            }
            guard let last = page.last else { return problems }
            for record in page where name(record) != named[record.position] {
                problems.append("the record at \(record.position) is told as another change")
            }
            position = last.position
        }
    }

    private func name(_ record: EventRecord) -> String? {
        switch record.event {
        case .grantLinked(let event): event.kind.rawValue
        case .grantExpired(let event): event.superseded ? "lateNotice" : "expired"
        case .grantRevoked: record.part.index == 0 ? "revoked" : nil
        case .labelChanged: "labelChanged"
        case .stateIssued, .accountSelected: nil
        }
    }

    /// The last change of each selection leads to what the views have.
    private func comparedWithViews(
        _ selections: [Key: Selection.Result]
    ) throws -> [String] {
        var problems: [String] = []
        for (key, result) in selections {
            let found = try ledger.selection(of: key.user, toolkit: key.toolkit).result
            if found != result { problems.append("\(key.user) acts otherwise for \(key.toolkit)") }
        }
        return problems
    }
}
