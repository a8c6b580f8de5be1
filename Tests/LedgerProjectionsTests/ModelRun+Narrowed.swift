@testable internal import AccountLedger
internal import LedgerDomain
internal import LedgerJournal
internal import LedgerProjections
internal import LedgerStorage
internal import LedgerTestSupport
internal import Testing

extension ModelRun {
    /// Limits over the names of a run, of every kind.
    static func narrowings(_ pool: IdentifierPool) -> [Narrowing] {
        let some = Set(pool.credentials.enumerated().filter { $0.offset % 2 == 0 }.map(\.element))
        return [
            Narrowing(member: "member"), Narrowing(user: "ann", member: "member"),
            Narrowing(toolkits: ["gmail"]), Narrowing(toolkits: ["drive"]),
            Narrowing(credentials: some), Narrowing(user: "bob", credentials: some),
            Narrowing(user: "zo\u{EB}"), .nothing,
        ]
    }

    /// Expects that narrowed reads of the tables, now and of the past, answer as the model does.
    func expectEqualNarrowedAnswers() throws {
        for narrowing in Self.narrowings(generator.pool) {
            try ledger.narrowed(to: narrowing).read { (view) throws(LedgerError) in
                var all: [EventRecord] = []
                for user in generator.pool.users {
                    let expected = state.user(user).narrowed(to: narrowing)
                    let version = try view.version(of: user)
                    #expect(version == state.version(of: user, within: narrowing))
                    let history = try view.history(of: user)
                    #expect(history.last.map { UserVersion($0.position) } ?? .zero == version)
                    all += history
                    try expectEqual(expected, view)
                }
                all.sort { $0.position < $1.position }
                let records = try view.records(after: .start, limit: .max)
                #expect(records == all)
                #expect(try view.records(after: .start, limit: 3) == Array(all.prefix(3)))
                let users = try view.users(limit: .max)
                #expect(users == Set(all.map(\.user)).sorted())
                try expectEqualNames(narrowing, view)
            }
        }
    }

    private func expectEqual(
        _ expected: UserState, _ view: borrowing LedgerView
    ) throws(LedgerError) {
        let past = Moment.position(state.head)
        for moment in [nil, past] {
            let found = try view.accounts(of: expected.id, includingRevoked: true, asOf: moment)
            #expect(found == expected.credentials)
            for toolkit in generator.pool.toolkits {
                let selection = try view.selection(
                    of: expected.id, toolkit: toolkit, asOf: moment)
                let accounts = expected.toolkitAccounts(toolkit)
                #expect(selection == accounts.select(toolkit, policy: policy, at: state.head))
            }
        }
    }

    private func expectEqualNames(
        _ narrowing: Narrowing, _ view: borrowing LedgerView
    ) throws(LedgerError) {
        for id in generator.pool.credentials {
            let owner = state.owner(of: id)
            let found = owner.flatMap { state.user($0).credential(id) }
            let expected = found.map(narrowing.admits) == true ? owner : nil
            let seen = try view.owner(of: id)
            #expect(seen == expected)
        }
        for grant in generator.pool.grants {
            let holding = state.holding(of: grant)
            let found = holding.flatMap { state.credential($0.credential, of: $0.user) }
            let expected = found.map(narrowing.admits) == true ? holding?.credential : nil
            let now = try view.holder(of: grant)?.credential
            let past = try view.holder(of: grant, asOf: .position(state.head))?.credential
            #expect(now == expected)
            #expect(past == expected)
        }
    }
}

extension UserVersion {
    fileprivate static let zero = UserVersion(0)
}
