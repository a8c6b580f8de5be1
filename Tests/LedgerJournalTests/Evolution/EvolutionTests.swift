internal import LedgerDomain
internal import LedgerFormat
internal import LedgerJournal
internal import Testing

/// The procedure of `schemas/README.md`, rehearsed with an invented version of one event.
@Suite("Two versions of an event side by side") struct EvolutionTests {
    private let evolved: EvolvedLog

    init() throws { evolved = try EvolvedLog() }

    private func records(_ log: EventLog, through last: UInt64 = 6) throws -> [EventRecord] {
        try evolved.stored(log, through: last).map(\.record)
    }

    @Test("Both are today's event, and one log with both folds to what one version would")
    func fold() throws {
        var state = LedgerState()
        for record in try records(evolved.newLog) { try state.evolve(record) }
        let reasons = ["ann", "bob", "cyd"].map { state.user($0).credentials.first?.statusReason }
        #expect(reasons == ["disconnectedByUser", "disconnectedByUser", "moved"])
        let statuses = ["ann", "bob", "cyd"].map { state.user($0).credentials.first?.status }
        #expect(statuses == [.revoked, .revoked, .revoked])
        // As the old version alone would have had it, but for the word that the upcast renames.
        var old = LedgerState()
        for var record in try records(evolved.newLog) {
            record.storedWireName = nil
            try old.evolve(try RecordCodec.decode(try RecordCodec.encode(record)))
        }
        #expect(old.users == state.users)
    }

    @Test("A record is exported under the name that it was stored under")
    func export() throws {
        let names = try records(evolved.newLog).map(\.wireName)
        #expect(names.suffix(3) == ["grant-revoked.v1", "grant-revoked.v1", "grant-revoked.v2"])
        let lines = try records(evolved.newLog).map { RecordLine.json($0).serialized }
        #expect(lines[3].contains(#""type":"grant-revoked.v1""#))
        #expect(lines[5].contains(#""type":"grant-revoked.v2""#))
        #expect(lines[5].contains(#""reason":"disconnectedByUser""#))
    }

    @Test("Bytes of either version are canonical by that version, and are never written again")
    func canonical() throws {
        for position in 1...6 as ClosedRange<UInt64> {
            let stored = try evolved.bytes(position)
            let record = try RecordCodec.decode(stored, as: .withRevokedV2)
            // It would be the latest version, if that can say it at all: what is hashed has to be
            // what is stored.
            let again = try? RecordCodec.encode(record, as: .withRevokedV2)
            #expect((again == stored) == (position < 4 || position == 6))
        }
        var longer = try evolved.bytes(6)
        // The reason as a number of two bytes, in an event and a record of the right length.
        longer.replaceSubrange(longer.count - 1..<longer.count, with: [0x81, 0x00])
        longer[longer.count - 21] += 1
        #expect(throws: FormatError(.notCanonical)) {
            try RecordCodec.decode(longer, as: .withRevokedV2)
        }
    }

    @Test("A record of a new version that is cut or flipped is an error or another record")
    func damage() throws {
        let stored = try evolved.bytes(6)
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
        #expect(try records(evolved.scratch.log, through: 5).count == 5)
        let error = #expect(throws: JournalError.self) { try records(evolved.scratch.log) }
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
