internal import LedgerDomain
internal import LedgerFormat
internal import LedgerJournal
internal import LedgerStorage
internal import LedgerTestSupport
internal import Testing

/// A log of three accounts that were connected and withdrawn: two of them, at positions 4 and 5, as
/// `grant-revoked.v1`, the third, at 6, as the invented version after it.
struct EvolvedLog {
    let scratch: ScratchLog
    /// The log as the version of the package reads and writes it that has the new event.
    let newLog: EventLog

    init() throws {
        scratch = try ScratchLog()
        newLog = try EventLog(in: scratch.environment, versions: .withRevokedV2)
        try append([link("ann", 1), link("bob", 2), link("cyd", 3)], to: scratch.log)
        try append([revoke("ann", 1, "disconnected"), revoke("cyd", 3, "moved")], to: scratch.log)
        try append([revoke("bob", 2, .disconnectedByUser)], to: newLog)
    }

    private func link(_ user: UserID, _ number: Int) -> (UserID, Event) {
        let account = ProviderAccount(
            provider: "google", subject: .init("\(number)"), email: "zo\u{EB}@example.net")
        let link = GrantLinked(
            credential: CredentialID("cred_\(number)"), grant: GrantID("grant-\(number)"),
            toolkit: "gmail", account: account, kind: .connected,
            origin: .imported(source: "table"))
        return (user, .grantLinked(link))
    }

    private func revoke(
        _ user: UserID, _ number: Int, _ reason: RevocationReason
    ) -> (UserID, Event) {
        let credential = CredentialID("cred_\(number)")
        let grant = GrantID("grant-\(number)")
        let event = GrantRevoked(credential: credential, grant: grant, reason: reason)
        return (user, .grantRevoked(event))
    }

    private func append(_ events: [(user: UserID, event: Event)], to log: EventLog) throws {
        try scratch.environment.write { (transaction) throws(JournalError) in
            var appender = try LogAppender(log, in: transaction.snapshot)
            for (user, event) in events {
                _ = try appender.append(
                    Proposal(user: user, drafts: [Proposal.Draft(event, occurredAt: nil)]),
                    of: Command(.relabel(Relabel(credential: "cred_1", label: nil))),
                    fingerprint: CommandFingerprint([:]), at: appender.now(Timestamp(seconds: 5)),
                    to: &transaction
                ) { time in EventID(at: time, random: Array(repeating: 7, count: 16)) }
            }
        }
    }

    /// The records up to a position, with the bytes that they were stored in.
    func stored(_ log: EventLog, through last: UInt64 = 6) throws -> [StoredRecord] {
        var records: [StoredRecord] = []
        try scratch.environment.read { (snapshot) throws(JournalError) in
            try log.scanRecords(from: Position(1), through: Position(last), in: snapshot) {
                (record, bytes) throws(JournalError) in
                records.append(StoredRecord(record, [UInt8](copying: bytes)))
                return .next
            }
        }
        return records
    }

    /// The bytes of the record at a position.
    func bytes(_ position: UInt64) throws -> [UInt8] {
        let log = scratch.log
        let bytes = try scratch.environment.read { (snapshot) throws(JournalError) in
            try log.bytes(at: Position(position), in: snapshot)
        }
        return try #require(bytes)
    }
}
