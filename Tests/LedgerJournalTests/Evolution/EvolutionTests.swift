internal import LedgerDomain
internal import LedgerFormat
internal import LedgerJournal
internal import LedgerStorage
internal import LedgerTestSupport
internal import Testing

/// The procedure of `schemas/README.md`, rehearsed with an invented version of one event.
@Suite("Two versions of an event side by side") struct EvolutionTests {
    private let scratch: ScratchLog
    /// The log as the version of the package reads and writes it that has the new event.
    private let newLog: EventLog

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

    private func records(_ log: EventLog, through last: UInt64 = 6) throws -> [EventRecord] {
        var records: [EventRecord] = []
        try scratch.environment.read { (snapshot) throws(JournalError) in
            try log.scan(from: Position(1), through: Position(last), in: snapshot) {
                (record) throws(JournalError) in
                records.append(record)
                return .next
            }
        }
        return records
    }

    private func bytes(_ position: UInt64) throws -> [UInt8] {
        let log = scratch.log
        let bytes = try scratch.environment.read { (snapshot) throws(JournalError) in
            try log.bytes(at: Position(position), in: snapshot)
        }
        return try #require(bytes)
    }

    @Test("Both are today's event, and one log with both folds to what one version would")
    func fold() throws {
        var state = LedgerState()
        for record in try records(newLog) { try state.evolve(record) }
        let reasons = ["ann", "bob", "cyd"].map { state.user($0).credentials.first?.statusReason }
        #expect(reasons == ["disconnectedByUser", "disconnectedByUser", "moved"])
        let statuses = ["ann", "bob", "cyd"].map { state.user($0).credentials.first?.status }
        #expect(statuses == [.revoked, .revoked, .revoked])
        // As the old version alone would have had it, but for the word that the upcast renames.
        var old = LedgerState()
        for var record in try records(newLog) {
            record.storedWireName = nil
            try old.evolve(try RecordCodec.decode(try RecordCodec.encode(record)))
        }
        #expect(old.users == state.users)
    }

    @Test("A record is exported under the name that it was stored under")
    func export() throws {
        let names = try records(newLog).map(\.wireName)
        #expect(names.suffix(3) == ["grant-revoked.v1", "grant-revoked.v1", "grant-revoked.v2"])
        let lines = try records(newLog).map { RecordLine.json($0).serialized }
        #expect(lines[3].contains(#""type":"grant-revoked.v1""#))
        #expect(lines[5].contains(#""type":"grant-revoked.v2""#))
        #expect(lines[5].contains(#""reason":"disconnectedByUser""#))
    }

    @Test("Bytes of either version are canonical by that version, and are never written again")
    func canonical() throws {
        for position in 1...6 as ClosedRange<UInt64> {
            let stored = try bytes(position)
            let record = try RecordCodec.decode(stored, as: .withRevokedV2)
            // It would be the latest version, if that can say it at all: what is hashed has to be
            // what is stored.
            let again = try? RecordCodec.encode(record, as: .withRevokedV2)
            #expect((again == stored) == (position < 4 || position == 6))
        }
        var longer = try bytes(6)
        // The reason as a number of two bytes, in an event and a record of the right length.
        longer.replaceSubrange(longer.count - 1..<longer.count, with: [0x81, 0x00])
        longer[longer.count - 21] += 1
        #expect(throws: FormatError(.notCanonical)) {
            try RecordCodec.decode(longer, as: .withRevokedV2)
        }
    }

    @Test("A record of a new version that is cut or flipped is an error or another record")
    func damage() throws {
        let stored = try bytes(6)
        for length in stored.indices {
            #expect(throws: FormatError(.truncated)) {
                try RecordCodec.decode(Array(stored[..<length]), as: .withRevokedV2)
            }
        }
        var errors = 0
        for bit in 0..<stored.count * 8 {
            var copy = stored
            copy[bit / 8] ^= 1 << UInt8(bit % 8)
            guard let record = try? RecordCodec.decode(copy, as: .withRevokedV2) else {
                errors += 1
                continue
            }
            if record.wireName == GrantRevokedNumbered.wireName {
                #expect(try RecordCodec.encode(record, as: .withRevokedV2) == copy)
            }
        }
        #expect(errors > stored.count)
    }

    @Test("A version of the package without it reads up to it, and names event and position")
    func oldReader() throws {
        #expect(try records(scratch.log, through: 5).count == 5)
        let error = #expect(throws: JournalError.self) { try records(scratch.log) }
        #expect(error?.position == Position(6))
        #expect(error?.isDamage == false)
        guard case .format(let cause) = error?.code else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(cause == FormatError(.unknownEvent(number: 22)))
        #expect(error?.description.contains("6") == true)
        #expect(error?.description.contains("use a newer version") == true)
    }
}
