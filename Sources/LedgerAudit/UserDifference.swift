package import LedgerDomain

/// What differs between what the log said of a user at two moments.
package struct UserDifference: Sendable {
    /// A row at both moments; none where there was none.
    package struct Change<Row: Sendable>: Sendable {
        /// The row at the earlier moment.
        package let before: Row?
        /// The row at the later moment.
        package let after: Row?
    }

    /// The credentials that came or have had an event, in the order of first connection.
    package private(set) var credentials: [Change<Credential>] = []
    /// The selections that are others, in the order of their toolkits' bytes.
    package private(set) var selections: [Change<Selection>] = []

    /// Whether no row differs.
    package var isEmpty: Bool { credentials.isEmpty && selections.isEmpty }

    /// Compares two states of the same user.
    ///
    /// - Parameters:
    ///   - before: The earlier state.
    ///   - earlier: The position of the earlier state.
    ///   - after: The later state.
    ///   - later: The position of the later state.
    ///   - policy: What the ledger allows, which steers selection.
    package init(
        from before: UserState, at earlier: Position, to after: UserState, at later: Position,
        policy: Policy
    ) {
        compareCredentials(before, after)
        var toolkits = Set(credentials.compactMap { ($0.after ?? $0.before)?.toolkit })
        for toolkit in Set(before.choices.keys).union(after.choices.keys)
        where before.choices[toolkit] != after.choices[toolkit] {
            toolkits.insert(toolkit)
        }
        for toolkit in toolkits.sorted() {
            let old = before.selection(toolkit, policy)
            let new = after.selection(toolkit, policy)
            guard old != new else { continue }
            selections.append(
                Change(before: old?.held(at: earlier), after: new?.held(at: later)))
        }
    }

    /// Credentials never go away and keep their order, and the version moves with every event.
    private mutating func compareCredentials(_ before: UserState, _ after: UserState) {
        var index = 0
        for credential in after.credentials {
            guard index < before.credentials.count, before.credentials[index].id == credential.id
            else {
                credentials.append(Change(before: nil, after: credential))
                continue
            }
            let old = before.credentials[index]
            index += 1
            if old.version != credential.version {
                credentials.append(Change(before: old, after: credential))
            }
        }
    }
}

extension UserState {
    /// Which credential a toolkit acts as; none where there is nothing to select from.
    fileprivate func selection(_ toolkit: ToolkitID, _ policy: Policy) -> Selection? {
        let accounts = toolkitAccounts(toolkit)
        return accounts.isEmpty ? nil : accounts.select(toolkit, policy: policy, at: .start)
    }
}
