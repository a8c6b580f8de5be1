internal import AccountLedger
internal import LedgerDomain
internal import LedgerProjections
internal import LedgerTestSupport
internal import Testing

/// The rows of the projections that are shipped, beside a look at every record.
@Suite struct ProjectionScanTests {
    private let directory: TemporaryDirectory
    private let accounts = AccountUsers()
    private let activity = DailyActivity()

    init() throws { directory = try TemporaryDirectory() }

    /// Who has an account as which credential, asked for in pages of one row.
    private func users(
        _ rows: OpenProjection<AccountUsers>, _ account: ProviderAccount.Identity
    ) throws -> Set<[String]> {
        let key = AccountUsers.Account(account)
        let accounts = accounts
        return try rows.read { (view) throws(ProjectionError) in
            var found: Set<[String]> = []
            var last: AccountUsers.Key?
            while let row = try view.rows(
                of: accounts.users, beginning: key, after: last, limit: 1
            ).first {
                found.insert([row.key.user.text, row.key.credential.text])
                last = row.key
            }
            return found
        }
    }

    private func differing(
        _ rows: OpenProjection<AccountUsers>, _ model: ScanModel
    ) throws -> [ProviderAccount.Identity] {
        let pool = IdentifierPool()
        let all = pool.providers.flatMap { provider in
            pool.subjects.map { ProviderAccount.Identity(provider: provider, subject: $0) }
        }
        return try all.filter { account in
            let expected = model.connections(of: account).map { connection in
                [connection.user.text, connection.credential.text]
            }
            return try users(rows, account) != Set(expected)
        }
    }

    private func model(_ history: RandomHistory) throws -> ScanModel {
        ScanModel(records: try history.records(), policy: history.ledger.policy)
    }

    @Test(
        "Who has an account is who every record together says has it",
        arguments: Effort.seeds("LEDGER_SCAN_RUNS", else: 4))
    func accountUsers(seed: UInt64) async throws {
        var history = try RandomHistory(seed: seed, at: directory.appending("ledger"))
        let rows = try history.ledger.open(AccountUsers())
        for _ in 0..<4 {
            try await history.run(40)
            try rows.catchUp()
            #expect(try differing(rows, model(history)) == [])
        }
        let key = try rows.read { (view) throws(ProjectionError) in
            try view.rows(of: accounts.users, limit: 1).first?.key
        }
        let lost = try #require(key)
        rows.close()
        let path = "\(history.ledger.path)/projections/account-users.v1"
        try RowTampering(at: path).remove(lost, from: accounts.users)
        let damaged = try history.ledger.open(AccountUsers())
        #expect(try differing(damaged, model(history)).count == 1)
    }

    @Test(
        "What happened each day is what counting in every record finds",
        arguments: Effort.seeds("LEDGER_SCAN_RUNS", else: 4))
    func dailyActivity(seed: UInt64) async throws {
        var history = try RandomHistory(seed: seed, at: directory.appending("ledger"))
        let rows = try history.ledger.open(DailyActivity())
        try await history.run(300)
        try rows.catchUp()
        let model = try model(history)
        var expected: [[String]: [UInt64]] = [:]
        for record in model.records {
            let place: Int
            let toolkit: ToolkitID
            switch record.event {
            case .grantLinked(let event) where !event.superseded:
                (place, toolkit) = (event.kind == .connected ? 0 : 1, event.toolkit)
            case .grantExpired(let event) where !event.superseded:
                guard let of = model.credential(event.credential)?.toolkit else { continue }
                (place, toolkit) = (2, of)
            case .grantRevoked(let event) where event.reason != .replaced:
                guard let of = model.credential(event.credential)?.toolkit else { continue }
                (place, toolkit) = (3, of)
            default: continue
            }
            let day = record.recordedAt.description.prefix(10)
            expected[[String(day), toolkit.text], default: [0, 0, 0, 0]][place] += 1
        }
        let found = try rows.read { (view) throws(ProjectionError) in
            try view.rows(of: activity.days)
        }
        let counts = found.map { row in
            let noon = Timestamp(microsecondsSinceEpoch: (row.key.day * 2 + 1) * 43_200_000_000)
            let value = row.value
            return (
                [String(noon.description.prefix(10)), row.key.toolkit.text],
                [value.connected, value.reconnected, value.expired, value.revoked]
            )
        }
        #expect(Dictionary(counts) { first, _ in first } == expected)
        #expect(Set(expected.keys.map { $0[0] }).count > 1)
    }
}
