package import LedgerDomain
package import LedgerJournal
package import LedgerProjections
internal import LedgerStorage

/// Which records made an answer, and what each of them changed.
package struct Explanation<Answer: Sendable>: Sendable {
    /// A record that changed the answer.
    package struct Step: Sendable {
        /// The record.
        package let record: EventRecord
        /// The answer before it; none where there was none.
        package let before: Answer?
        /// The answer after it.
        package let after: Answer
    }

    /// The steps in the order of the log; none where there is no answer yet.
    package private(set) var steps: [Step] = []

    /// The answer itself: what the last step left.
    package var answer: Answer? { steps.last?.after }
}

extension Explanation<Credential> {
    /// Explains a credential of a user.
    ///
    /// - Parameters:
    ///   - position: The last record to look at.
    ///   - narrowing: What is seen of the user's records.
    package init(
        of id: CredentialID, _ user: UserID, through position: Position,
        within narrowing: Narrowing = .everything, from reader: borrowing ViewReader
    ) throws(JournalError) {
        let records = try Replay.records(
            of: user, through: position, within: narrowing, from: reader)
        try fold(records, of: user) { $0.credential(id) }
    }
}

extension Explanation<Selection> {
    /// Explains which credential a toolkit acts as.
    ///
    /// Steps that change only the position that the answer holds at are left out.
    ///
    /// - Parameters:
    ///   - pin: A credential that the toolkit is pinned to.
    ///   - position: The last record to look at.
    ///   - narrowing: What is seen of the user's records.
    package init(
        of user: UserID, _ toolkit: ToolkitID, pin: CredentialID?, policy: Policy,
        through position: Position, within narrowing: Narrowing = .everything,
        from reader: borrowing ViewReader
    ) throws(JournalError) {
        let records = try Replay.records(
            of: user, through: position, within: narrowing, from: reader)
        try fold(records, of: user) { state in
            let accounts = state.toolkitAccounts(toolkit)
            if accounts.isEmpty, pin.flatMap(state.credential) == nil { return nil }
            return accounts.select(toolkit, pin: pin, policy: policy, at: .start)
        }
        steps = steps.map { step in
            Step(
                record: step.record, before: step.before,
                after: step.after.held(at: step.record.position))
        }
    }
}

extension Explanation where Answer: Equatable {
    /// Folds a user's records and keeps those after which the answer is another.
    ///
    /// An answer that goes away is not a step: what has been stays told by the steps before.
    private mutating func fold(
        _ records: [EventRecord], of user: UserID, _ answer: (UserState) -> Answer?
    ) throws(JournalError) {
        var state = UserState(id: user)
        var before: Answer?
        for record in records {
            do { try state.apply(record) } catch {
                throw JournalError(.fold(error), at: record.position)
            }
            let after = answer(state)
            if let after, after != before {
                steps.append(Step(record: record, before: before, after: after))
            }
            before = after ?? before
        }
    }
}
