internal import AccountLedger
internal import LedgerTestSupport
internal import Synchronization
internal import Testing

/// What was answered at a position.
private struct Answers: Equatable {
    var position: Position
    var accounts: [UserID: [Credential]] = [:]
    var live: [UserID: [CredentialID]] = [:]
    var selections: [UserID: [Selection]] = [:]
    var histories: [UserID: [EventRecord]] = [:]
    var holders: [GrantID: CredentialID] = [:]
}

@Suite struct LookBackTests {
    private static let users: [UserID] = ["ann", "bob", "zoë"]
    private static let toolkits: [ToolkitID] = ["gmail", "drive"]
    /// Few enough that one is linked again by somebody else.
    private static let grants = (0..<8).map { GrantID("g\($0)") }

    private func answers(_ ledger: Ledger, asOf moment: Moment?) throws -> Answers {
        try ledger.reading { view in
            var answers = Answers(position: try view.position(of: moment))
            for user in Self.users {
                answers.accounts[user] = try view.accounts(
                    of: user, includingRevoked: true, asOf: moment)
                answers.live[user] = try view.accounts(of: user, asOf: moment).map(\.id)
                answers.selections[user] = try view.selections(
                    of: user, toolkits: Self.toolkits, asOf: moment)
                answers.histories[user] = try view.history(of: user, asOf: moment)
                for toolkit in Self.toolkits {
                    let one = try view.selection(of: user, toolkit: toolkit, asOf: moment)
                    #expect(answers.selections[user]?.contains(one) == true)
                }
            }
            for grant in Self.grants {
                guard let holder = try view.holder(of: grant, asOf: moment) else { continue }
                answers.holders[grant] = holder.credential
                #expect(try view.owner(of: holder.credential) == holder.user)
            }
            return answers
        }
    }

    /// Expects that a replay of everybody tells what was answered of each.
    private func expectReplay(
        of ledger: Ledger, asOf moment: Moment, toTell then: Answers
    ) throws {
        for threads in [1, 3] {
            let told = Mutex([ReplayedUser]())
            let end = try ledger.replay(asOf: moment, threads: threads) { user in
                told.withLock { $0.append(user) }
                return true
            }
            #expect(end == then.position)
            let users = told.withLock { $0 }
            #expect(users.count == then.histories.values.count { !$0.isEmpty })
            #expect(Set(users.map(\.user)).count == users.count)
            for user in users {
                #expect(user.position == then.position)
                #expect(user.version.number == then.histories[user.user]?.last?.position.number)
                #expect(user.accounts == then.accounts[user.user])
                let selections = then.selections[user.user] ?? []
                #expect(Set(user.toolkits).isSubset(of: Set(selections.map(\.toolkit))))
                for selection in selections {
                    #expect(user.selection(of: selection.toolkit) == selection)
                }
            }
        }
    }

    private func randomCommand(
        _ random: inout SeededGenerator, _ ledger: Ledger, _ number: Int
    ) async throws {
        let user = random.pick(Self.users, else: "ann")
        let toolkit = random.pick(Self.toolkits, else: "gmail")
        let mine = try ledger.accounts(of: user, includingRevoked: true)
        let one = random.pick(mine.map(\.id), else: "cred_none")
        let grant = random.pick(mine.map(\.grant), else: "g0")
        switch Int.random(in: 0..<8, using: &random) {
        case 0, 1:
            let token = try await ledger.issueToken(user, toolkit)
            let grant = random.pick(Self.grants, else: "g0")
            // A grant that somebody holds is refused, which is nothing to look back to.
            _ = try await ledger.link(
                state: token, grant: grant, account: .google("\(user)-\(number)"))
        case 2: try await ledger.connect(user, toolkit, grant: GrantID("own-\(number)"))
        case 3: _ = try await ledger.expire(ExpireGrant(grant: grant))
        case 4: _ = try await ledger.relabel(one, to: "label \(number)")
        case 5: _ = try await ledger.select(one, for: toolkit, of: user)
        case 6: _ = try await ledger.clearSelection(for: toolkit, of: user)
        default: _ = try await ledger.revoke(.credential(one))
        }
    }

    @Test(
        "Looking back to a position or a time answers what was answered then",
        arguments: Effort.seeds("LEDGER_LOOK_BACK_RUNS", else: 2))
    func lookBack(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let scratch = try ScratchLedger()
        let ledger = scratch.ledger
        var recorded = [try answers(ledger, asOf: nil)]
        for number in 0..<40 {
            try await randomCommand(&random, ledger, number)
            let now = try answers(ledger, asOf: nil)
            if now.position != recorded.last?.position { recorded.append(now) }
        }
        let records = try ledger.allRecords()
        let reopened = try scratch.reopened(.readOnly)
        for then in recorded {
            #expect(try answers(reopened, asOf: .position(then.position)) == then)
            try expectReplay(of: reopened, asOf: .position(then.position), toTell: then)
            guard then.position > .start else { continue }
            let time = records[Int(then.position.number) - 1].recordedAt
            #expect(try answers(reopened, asOf: .time(time)) == then)
            try expectReplay(of: reopened, asOf: .time(time), toTell: then)
        }
    }

    @Test("A time just before a record means the record before it")
    func times() async throws {
        let scratch = try ScratchLedger()
        let ledger = scratch.ledger
        for number in 0..<5 { try await ledger.connect("ann", grant: GrantID("g\(number)")) }
        let records = try ledger.allRecords()
        for record in records {
            try ledger.reading { view in
                #expect(try view.position(of: .time(record.recordedAt)) == record.position)
                let before = record.recordedAt.adding(microseconds: -1)
                let position = try view.position(of: .time(before))
                #expect(position.next == record.position)
            }
        }
        for moment in [Int64.min, -1, 0] {
            let moment = Moment.time(Timestamp(microsecondsSinceEpoch: moment))
            #expect(try ledger.accounts(of: "ann", asOf: moment).isEmpty)
        }
        let future = Moment.time(Timestamp(microsecondsSinceEpoch: .max))
        #expect(try ledger.accounts(of: "ann", asOf: future).count == 5)
    }

    @Test("A grant that was linked again had its earlier holder before")
    func holders() async throws {
        let ledger = try ScratchLedger().ledger
        let ann = try #require(try await ledger.connect("ann", grant: "g1").credential)
        _ = try await ledger.revoke(.credential(ann))
        let bob = try #require(try await ledger.connect("bob", grant: "g1").credential)
        func holder(_ position: UInt64) throws -> CredentialID? {
            try ledger.holder(of: "g1", asOf: .position(Position(position)))?.credential
        }
        #expect(try (0...5).map(holder) == [nil, nil, ann, ann, ann, bob])
        #expect(try ledger.holder(of: "g1")?.user == "bob")
        #expect(try ledger.holder(of: "g2", asOf: .position(Position(5))) == nil)
        let past = await code { _ = try ledger.holder(of: "g2", asOf: .position(Position(6))) }
        #expect(past == .positionPastHead)
    }

    @Test("A position past the head is an error, the head and the start are not")
    func pastTheHead() async throws {
        let scratch = try ScratchLedger()
        let ledger = scratch.ledger
        #expect(try ledger.accounts(of: "ann", asOf: .position(.start)).isEmpty)
        #expect(try ledger.accounts(of: "ann", asOf: .time(scratch.ledger.createdAt)).isEmpty)
        try await ledger.connect("ann", grant: "g1")
        #expect(try ledger.accounts(of: "ann", asOf: .position(Position(1))).isEmpty)
        #expect(try ledger.accounts(of: "ann", asOf: .position(Position(2))).count == 1)
        for position in [Position(3), Position(.max)] {
            let found = await code { _ = try ledger.history(of: "ann", asOf: .position(position)) }
            #expect(found == .positionPastHead)
        }
    }
}
