internal import LedgerDomain
internal import LedgerJournal
internal import LedgerTestSupport
internal import Testing

/// The code of the error that a body throws; none where it throws none.
func journalCode(_ body: () async throws -> Void) async -> JournalError.Code? {
    do {
        try await body()
        return nil
    } catch {
        return (error as? JournalError)?.code
    }
}

extension TestJournal {
    /// The records that a request was answered with, and whose they are.
    private struct Answered: Sendable {
        let user: UserID
        let positions: ClosedRange<Position>
    }

    /// Keeps the writer within a transaction until the latch that is given is opened.
    func block(until leave: Latch) async throws -> Task<ClosedRange<Position>?, any Error> {
        let entered = Latch()
        let task = Task {
            try await journal.submit(.wait(entered: entered, leave: leave), weight: 1)
        }
        try await onOwnThread { entered.wait() }
        return task
    }

    /// Has requests share a commit behind one of another record, closes the journal, and expects
    /// that what was answered is what is stored: each record in one answer, of its own user.
    func submitTogether(
        _ count: Int, in scratch: ScratchLog, _ request: @escaping @Sendable (Int) -> TestRequest
    ) async throws {
        let leave = Latch()
        let first = try await block(until: leave)
        var answered = try await withThrowingTaskGroup(of: Answered?.self) { group in
            for number in 0..<count { group.addTask { try await self.answer(to: request(number)) } }
            #expect(await eventually { journal.waiting == count })
            leave.open()
            return try await group.reduce(into: [Answered]()) { all, one in
                if let one { all.append(one) }
            }
        }
        let positions = try await first.value
        answered.append(Answered(user: "ann", positions: try #require(positions)))
        journal.close()
        let expected = answered.sorted { $0.positions.lowerBound < $1.positions.lowerBound }
            .flatMap { one in
                (one.positions.lowerBound.number...one.positions.upperBound.number).map {
                    "\($0) of \(one.user.text)"
                }
            }
        let stored = try scratch.records().map { "\($0.position.number) of \($0.user.text)" }
        #expect(stored == expected)
    }

    private func answer(to request: TestRequest) async throws -> Answered? {
        switch request {
        case .append(let count, let user):
            let positions = try #require(try await append(count, user))
            #expect(positions.upperBound == positions.lowerBound.advanced(by: count - 1))
            return Answered(user: user, positions: positions)
        case .fail:
            let failed = await journalCode { _ = try await journal.submit(request, weight: 1) }
            #expect(failed == .abandoned)
        case .undo, .wait:
            #expect(try await journal.submit(request, weight: 1) == nil)
        }
        return nil
    }
}
