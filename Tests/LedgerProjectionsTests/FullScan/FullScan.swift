@testable internal import AccountLedger
internal import LedgerDomain
internal import LedgerFormat
internal import LedgerJournal
internal import LedgerProjections
internal import LedgerStorage
internal import LedgerTestSupport

/// Every read of a ledger beside what looking at all of its records finds.
///
/// Differences are collected and not reported as issues, so that a test can also expect them of a
/// ledger that has lost a row.
struct FullScan {
    let ledger: Ledger
    let now: ScanModel
    /// The names to ask for; those of the log and some that it does not have.
    let pool: IdentifierPool
    private(set) var findings: Set<String> = []

    init(_ ledger: Ledger) throws {
        self.ledger = ledger
        let records = try ledger.read { (view) throws(LedgerError) in
            try view.records(after: .start, limit: .max)
        }
        now = ScanModel(records: records, policy: ledger.policy)
        var pool = IdentifierPool()
        pool.learn(from: records)
        self.pool = pool
    }

    /// Notes where two answers differ; a read that fails is a difference, too.
    mutating func compare<Answer: Equatable>(
        _ what: String, _ expected: Answer, _ found: () throws -> Answer
    ) {
        do {
            if try found() != expected { findings.insert(what) }
        } catch {
            findings.insert("\(what): \(error)")
        }
    }

    /// Asks for everything, now and at some moments of the past.
    mutating func run(_ random: inout SeededGenerator) {
        compareLog(&random)
        for user in pool.users { compare(user, now, asOf: nil) }
        for _ in 0..<4 {
            let place = Position(.random(in: 0...now.head.number, using: &random))
            let past = now.upTo(place)
            for user in pool.users { compare(user, past, asOf: .position(place)) }
            guard let time = past.records.last?.recordedAt.adding(microseconds: 1) else { continue }
            for user in pool.users { compare(user, now.upTo(time), asOf: .time(time)) }
        }
        compareFacts()
    }

    private mutating func compareLog(_ random: inout SeededGenerator) {
        let limit = Int.random(in: 1...20, using: &random)
        compare("head", now.head) { [ledger] in try ledger.head() }
        compare("pages of records", now.records) { [ledger] in
            var (records, after) = ([EventRecord](), Position.start)
            while true {
                let page = try ledger.read { (view) throws(LedgerError) in
                    try view.records(after: after, limit: limit)
                }
                guard let last = page.last else { return records }
                records += page
                after = last.position
            }
        }
        compare("pages of users", now.users) { [ledger] in
            var users: [UserID] = []
            while true {
                let page = try ledger.read { (view) throws(LedgerError) in
                    try view.users(after: users.last, limit: 1)
                }
                if page.isEmpty { return users }
                users += page
            }
        }
    }

    private mutating func compare(_ user: UserID, _ model: ScanModel, asOf moment: Moment?) {
        let when = moment.map { " as of \($0)" } ?? ""
        compare("history of \(user)\(when)", model.history(of: user)) { [ledger] in
            try ledger.history(of: user, asOf: moment)
        }
        let accounts = model.accounts(of: user)
        for isAll in [true, false] {
            let expected = accounts.filter { isAll || $0.status != .revoked }
            compare("accounts of \(user), all: \(isAll)\(when)", expected) { [ledger] in
                try ledger.accounts(of: user, includingRevoked: isAll, asOf: moment)
            }
        }
        compare("selections of \(user)\(when)", model.toolkits(of: user)) { [ledger] in
            try ledger.selections(of: user, asOf: moment).map(\.toolkit)
        }
        for toolkit in pool.toolkits {
            compare(
                "selection of \(user), \(toolkit)\(when)", model.selection(of: user, toolkit)
            ) { [ledger] in
                ScanAnswer(try ledger.selection(of: user, toolkit: toolkit, asOf: moment))
            }
            for account in accounts where account.toolkit == toolkit {
                let expected = model.selection(of: user, toolkit, pin: account.id)
                compare("pin of \(account.id), \(user)\(when)", expected) { [ledger] in
                    let pins = [toolkit: account.id]
                    return ScanAnswer(
                        try ledger.selection(of: user, toolkit: toolkit, pins: pins, asOf: moment))
                }
            }
        }
        for grant in pool.grants {
            let expected = model.holder(of: grant)?.credential
            compare("holder of \(grant)\(when)", expected) { [ledger] in
                try ledger.holder(of: grant, asOf: moment)?.credential
            }
        }
        guard moment == nil else { return }
        compare("version of \(user)", model.history(of: user).last?.position.number ?? 0) {
            [ledger] in
            try ledger.version(of: user).number
        }
    }
}

extension FullScan {
    /// What decisions are made from, which the reads of the ledger do not show.
    private mutating func compareFacts() {
        for id in pool.credentials {
            compare("owner of \(id)", now.owner(of: id)) { [ledger] in
                try ledger.facts { try $0.owner(of: id) }
            }
            for user in pool.users {
                let expected = now.owner(of: id) == user ? now.credential(id) : nil
                compare("credential \(id) of \(user)", expected) { [ledger] in
                    try ledger.facts { try $0.credential(id, of: user) }
                }
            }
        }
        for grant in pool.grants {
            compare("holding of \(grant)", now.holding(of: grant)) { [ledger] in
                try ledger.facts { try $0.holding(of: grant) }
            }
        }
        for key in pool.keys {
            let expected = now.firstPositions { $0.idempotencyKey == key }
            compare("first result of \(key)", expected) { [ledger] in
                try ledger.facts { try $0.firstResult(of: key)?.positions }
            }
        }
        compareStates()
        compareNotices()
        compareAccounts()
    }

    private mutating func compareStates() {
        for digest in pool.states {
            let issued = now.states().first { $0.digest == digest }
            compare("state \(digest)", issued) { [ledger] in
                try ledger.facts { try $0.issuedState(digest)?.event }
            }
            let consumed = now.firstPositions { record in
                if case .grantLinked(let event) = record.event {
                    event.origin == .state(digest)
                } else {
                    false
                }
            }
            compare("consumption of \(digest)", consumed) { [ledger] in
                try ledger.facts { try $0.issuedState(digest)?.consumedBy?.positions }
            }
        }
    }

    private mutating func compareNotices() {
        for grant in pool.grants {
            for notice in pool.notices {
                let expected = now.records.contains { record in
                    guard case .grantExpired(let event) = record.event else { return false }
                    return event.grant == grant && event.notice == notice
                }
                compare("notice \(notice) of \(grant)", expected) { [ledger] in
                    try ledger.facts {
                        try $0.hasSeen(NoticeKey(grant: grant, notice: notice, occurredAt: nil))
                    }
                }
            }
        }
        for record in now.records {
            guard case .grantExpired(let event) = record.event, event.notice == nil else {
                continue
            }
            let key = NoticeKey(grant: event.grant, notice: nil, occurredAt: record.occurredAt)
            compare("notice at \(record.position)", true) { [ledger] in
                try ledger.facts { try $0.hasSeen(key) }
            }
        }
    }

    private mutating func compareAccounts() {
        for provider in pool.providers {
            for subject in pool.subjects {
                let account = ProviderAccount.Identity(provider: provider, subject: subject)
                let connections = now.connections(of: account)
                for user in pool.users {
                    let isElsewhere = connections.contains { $0.user != user }
                    compare("\(account) elsewhere than \(user)", isElsewhere) { [ledger] in
                        try ledger.facts { try $0.isHeldByAnother(account, than: user) }
                    }
                    for toolkit in pool.toolkits {
                        let own = now.accounts(of: user).first {
                            $0.status != .revoked && $0.toolkit == toolkit
                                && $0.account.identity == account
                        }
                        compare("\(account) of \(user), \(toolkit)", own) { [ledger] in
                            try ledger.facts {
                                try $0.liveCredential(of: user, toolkit, with: account)
                            }
                        }
                    }
                }
            }
        }
    }
}

extension Ledger {
    /// Asks what decisions are made from.
    fileprivate func facts<R>(_ body: (borrowing ViewReader) throws -> R) throws -> R {
        let (tables, log) = (tables, log)
        let result = try environment.read { (snapshot) throws(JournalError) in
            let reader = ViewReader(tables, log, snapshot.reborrowed())
            return Result { try body(reader) }
        }
        return try result.get()
    }
}
