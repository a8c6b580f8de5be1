internal import LedgerAudit
internal import LedgerDomain
internal import LedgerFormat
internal import LedgerProjections
internal import LedgerTestSupport
internal import Testing

/// Records that were written anew by somebody who knows the format.
@Suite struct ForgeryTests {
    private let ledger: DamagedLedger

    init() async throws { ledger = try await DamagedLedger() }

    private func expect(
        _ kind: Finding.Kind, at position: UInt64? = nil, in table: ViewTables.Name? = nil,
        _ location: SourceLocation = #_sourceLocation
    ) throws {
        let report = try ledger.verify()
        let found = report.findings.contains {
            $0.kind == kind && (position == nil || $0.position == position.map { Position($0) })
                && (table == nil || $0.table == table?.rawValue)
        }
        #expect(found, "\(report.findings)", sourceLocation: location)
    }

    @Test("A time that is not later than the one before is found at its record")
    func times() throws {
        let first = try RecordCodec.decode(try ledger.record(1)).recordedAt
        try ledger.rewrite(9) { $0.recordedAt = first }
        try expect(.timeNotIncreasing, at: 9)
    }

    @Test("A time moved within its bounds is found in the view that bears it")
    func shiftedTimes() throws {
        try ledger.rewrite(2) { $0.recordedAt = $0.recordedAt.adding(microseconds: -1) }
        let report = try ledger.verify()
        #expect(!report.isSound)
    }

    @Test("A name that was changed, or is that of an earlier record, is found at its record")
    func names() throws {
        let first = try RecordCodec.decode(try ledger.record(1))
        try ledger.rewrite(5) { $0.id = first.id }
        try expect(.idNotOfTime, at: 5)
        try ledger.rewrite(5) { record in
            record.id = EventID(at: record.recordedAt, random: first.id.bytes)
        }
        #expect(try ledger.verify().isSound)
        // The same millisecond as the record before, and its name.
        let before = try RecordCodec.decode(try ledger.record(5))
        try ledger.rewrite(6) { record in
            record.recordedAt = before.recordedAt.adding(microseconds: 1)
            record.id = before.id
        }
        try expect(
            before.id.isMade(at: before.recordedAt.adding(microseconds: 1))
                ? .idRepeated : .idNotOfTime, at: 6)
    }

    @Test("A record given to another user is found")
    func otherUser() throws {
        try ledger.rewrite(8) { $0.user = "cyd" }
        try expect(.foldFailed, at: 8)
    }

    @Test("A choice given to another user is found at its record")
    func otherUsersChoice() throws {
        try ledger.rewrite(7) { $0.user = "cyd" }
        try expect(.foldFailed, at: 7)
    }

    @Test("A state record given to another user is found in the index of users")
    func otherUsersState() throws {
        try ledger.rewrite(5) { $0.user = "cyd" }
        try expect(.rowMissing, in: .users)
        try expect(.rowExtra, in: .users)
    }

    @Test("An event about a credential that nobody made is found at its record")
    func unknownCredential() throws {
        try ledger.rewrite(4) { record in
            guard case .grantExpired(var event) = record.event else { return }
            event.credential = "cred_other"
            record.event = .grantExpired(event)
        }
        try expect(.foldFailed, at: 4)
    }

    @Test("A link by a state that nobody issued is found at its record")
    func unknownState() throws {
        try ledger.rewrite(6) { record in
            guard case .grantLinked(var event) = record.event else { return }
            event.origin = .state(StateDigest(of: StateToken("forged")))
            record.event = .grantLinked(event)
        }
        try expect(.foldFailed, at: 6)
    }

    @Test("A credential that is made twice is found at its second making")
    func madeTwice() throws {
        let first = try RecordCodec.decode(try ledger.record(2))
        try ledger.rewrite(14) { record in
            guard case .grantLinked(var event) = record.event else { return }
            event.credential = first.event.credential ?? event.credential
            record.event = .grantLinked(event)
        }
        try expect(.foldFailed, at: 14)
    }

    @Test("A link that changed its account, label or grant is found in the views")
    func otherContent() throws {
        try ledger.rewrite(2) { record in
            guard case .grantLinked(var event) = record.event else { return }
            event.account.email = "other@example.org"
            record.event = .grantLinked(event)
        }
        try expect(.rowDifferent, in: .credentials)
    }

    @Test("A link by a state that was consumed before is found")
    func consumedTwice() throws {
        let first = try RecordCodec.decode(try ledger.record(2))
        guard case .grantLinked(let linked) = first.event else { return }
        try ledger.rewrite(6) { record in
            guard case .grantLinked(var event) = record.event else { return }
            event.origin = linked.origin
            record.event = .grantLinked(event)
        }
        try expect(.foldFailed, at: 6)
    }
}
