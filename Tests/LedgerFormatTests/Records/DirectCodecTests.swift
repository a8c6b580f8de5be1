internal import LedgerDomain
internal import LedgerFormat
internal import LedgerTestSupport
internal import Testing

/// Records are read and written in one pass; swift-protobuf with a comparison of the whole encoding
/// is the measure of what that has to answer.
@Suite("Records in one pass, beside the same through messages")
struct DirectCodecTests {
    /// Fails with the first of what was found, as one is enough to look into.
    private func expectNone(
        _ differences: [String], location: SourceLocation = #_sourceLocation
    ) {
        #expect(differences.isEmpty, "\(differences.first ?? "")", sourceLocation: location)
    }

    @Test("Every field present or absent makes the same bytes and the same record both ways")
    func combinations() throws {
        var variants: [EventRecord] = []
        for sample in Samples.records() { variants += Variants.envelopes(sample) }
        for record in Samples.records() { variants += Variants.events(record) }
        #expect(variants.count > 2500)
        #expect(Set(variants).count == variants.count)
        expectNone(variants.compactMap { CodecComparison.difference(writing: $0) })
        // Both ways could refuse, and would then agree.
        for record in variants { #expect(RecordCodec.encodeDirectly(record) != nil) }
    }

    @Test("Numbers and texts of every length of their encoding are the same both ways")
    func lengths() throws {
        let sample = try #require(Samples.records().dropFirst().first)
        var records: [EventRecord] = []
        for bits in 1...63 {
            for number in [UInt64(1) << UInt64(bits - 1), UInt64.max >> UInt64(64 - bits)] {
                var record = sample
                record.position = Position(number)
                let microseconds = Int64(number % 253_402_300_800_000_000)
                record.recordedAt = Timestamp(microsecondsSinceEpoch: microseconds)
                record.occurredAt = Timestamp(
                    microsecondsSinceEpoch: -(microseconds % 62_135_596_800_000_001))
                let count = Int(min(max(number, 2), UInt64(UInt32.max)))
                record.part = CommandPart(index: count - 1, count: count)
                records.append(record)
            }
        }
        for count in 1...320 {
            var record = sample
            let text = String(repeating: "x", count: min(count, 255))
            record.user = UserID(text)
            record.actor.id = text
            guard case .grantLinked(var link) = record.event else { continue }
            link.account.email = String(repeating: "\u{EB}", count: count / 2)
            link.label = String(text.prefix(200))
            link.scopes = Array(repeating: text, count: min(count, 64))
            record.event = .grantLinked(link)
            records.append(record)
        }
        #expect(records.count == 446)
        expectNone(records.compactMap { CodecComparison.difference(writing: $0) })
        for record in records { #expect(RecordCodec.encodeDirectly(record) != nil) }
    }

    @Test(
        "Damaged records are read, or refused with the same error, both ways",
        arguments: Effort.seeds("LEDGER_CODEC_SEEDS", else: 4))
    func damaged(seed: UInt64) {
        var random = Random(seed: seed)
        var count = ComparisonCount()
        count.compareDamaged(Effort.number("LEDGER_CODEC_CASES", else: 2500), &random)
        expectNone(count.differences)
        #expect(count.read > 0)
        #expect(count.refused > count.read)
    }

    @Test(
        "Whatever a record says is written, or refused, both ways",
        arguments: Effort.seeds("LEDGER_CODEC_SEEDS", else: 4))
    func written(seed: UInt64) {
        var random = Random(seed: seed)
        var count = ComparisonCount()
        count.compareWritten(Effort.number("LEDGER_CODEC_CASES", else: 2500) / 20, &random)
        expectNone(count.differences)
        #expect(count.refused > 0)
        #expect(count.read > count.refused)
    }

    @Test("A fingerprint that could not be read again is not written, either way")
    func fingerprints() throws {
        var record = try #require(Samples.records().first)
        let field: [UInt8] = [2, 0, 0, 0, 0, 0, 0, 0, 1]
        let later: [UInt8] = [3, 0, 0, 0, 0, 0, 0, 0, 1]
        let label: [UInt8] = [8, 0, 0, 0, 0, 0, 0, 0, 1]
        for (content, personal) in [
            ([1, 2], []), (label, []), (later + field, []), (field + field, []), ([], field),
            ([200] + field.dropFirst(), []), ([], [8]),
        ] as [([UInt8], [UInt8])] {
            record.fingerprint = CommandFingerprint(content: content, personal: personal)
            #expect(RecordCodec.encodeDirectly(record) == nil)
            #expect(throws: FormatError.self) { try RecordCodec.encode(record) }
        }
        record.fingerprint = CommandFingerprint(content: field + later, personal: label)
        #expect(CodecComparison.difference(writing: record) == nil)
    }

    @Test("Bytes of every fixture are read in one pass", arguments: Samples.records())
    func fixtures(sample: EventRecord) throws {
        let bytes = try PackageFiles.fixture(sample.event.wireName)
        #expect(RecordCodec.decodeDirectly(bytes.span) == sample)
        #expect(RecordCodec.encodeDirectly(sample) == bytes)
    }

    @Test("An event whose version is not the domain's own is read and written through messages")
    func otherVersions() throws {
        let some = EventVersions([StateIssued.self, LabelChanged.self]) { event in
            EventVersions.current.latest(event)
        }
        for record in Samples.records() {
            let bytes = try RecordCodec.encode(record)
            let isKnown = [.stateIssued, .labelChanged].contains(record.event.kind)
            #expect((RecordCodec.decodeDirectly(bytes.span, as: some) != nil) == isKnown)
            #expect(RecordCodec.encodeDirectly(record, as: some) == nil)
            #expect(try RecordCodec.encode(record, as: some) == bytes)
        }
    }
}

/// A record with every choice of its optional fields.
private enum Variants {
    /// All combinations of the fields beside the event.
    static func envelopes(_ record: EventRecord) -> [EventRecord] {
        (0..<256).map { choice in
            var record = record
            if choice & 1 == 0 { record.occurredAt = nil }
            if choice & 2 == 0 { record.correlationID = nil }
            if choice & 4 == 0 { record.causationID = nil }
            if choice & 8 == 0 { record.idempotencyKey = nil }
            if choice & 16 == 0 { record.part = .whole }
            var digests: [CommandField: UInt64] = [:]
            if choice & 32 != 0 { digests = [.command: 1, .source: .max] }
            if choice & 64 != 0 { digests[.email] = 7 }
            record.fingerprint = digests.isEmpty ? nil : CommandFingerprint(digests)
            let kinds = LedgerActor.Kind.allCases
            record.actor = LedgerActor(
                kind: kinds[choice % kinds.count], id: choice & 128 == 0 ? nil : "mara")
            return record
        }
    }

    /// All combinations of the event's own fields, with and without personal digests.
    static func events(_ record: EventRecord) -> [EventRecord] {
        var record = record
        record.fingerprint = nil
        return events(record.event).map { event in
            record.event = event
            return record
        }
    }

    private static func events(_ event: Event) -> [Event] {
        switch event {
        case .stateIssued(let event): states(event)
        case .grantLinked(let event): links(event)
        case .grantExpired(let event):
            (0..<8).map { choice in
                var event = event
                if choice & 1 == 0 { event.reason = nil }
                if choice & 2 == 0 { event.notice = nil }
                event.superseded = choice & 4 == 0
                return .grantExpired(event)
            }
        case .grantRevoked: [event]
        case .labelChanged(let event):
            [.labelChanged(LabelChanged(credential: event.credential, label: nil))]
        case .accountSelected(let event):
            [.accountSelected(AccountSelected(toolkit: event.toolkit, credential: nil))]
        }
    }

    private static func states(_ event: StateIssued) -> [Event] {
        let intents: [AuthorizationIntent] = [
            .connect, .reconnect(Samples.credential), .replace(Samples.credential),
        ]
        return (0..<96).map { choice in
            var event = event
            event.intent = intents[choice / 32]
            if choice & 1 == 0 { event.label = nil }
            if choice & 2 == 0 { event.externalID = nil }
            if choice & 4 == 0 { event.member = nil }
            event.allowMultiple = choice & 8 == 0
            if choice & 16 == 0 { event.expiresAt = Timestamp(microsecondsSinceEpoch: 0) }
            return .stateIssued(event)
        }
    }

    private static func links(_ event: GrantLinked) -> [Event] {
        let origins: [LinkOrigin] = [.imported(source: "crm"), .reported(notice: "hook-1")]
        let scopes = [[], ["a"], Array(repeating: "b", count: 64)]
        return (0..<3072).map { choice in
            var event = event
            if choice >= 1024 { event.origin = origins[choice / 1024 - 1] }
            event.kind = LinkKind.allCases[choice % 3]
            event.scopes = scopes[choice / 3 % 3]
            if choice & 1 == 0 { event.platform = nil }
            if choice & 2 == 0 { event.account.email = nil }
            if choice & 4 == 0 { event.account.name = nil }
            event.label = choice & 8 == 0 ? nil : "Work"
            event.externalID = choice & 16 == 0 ? nil : "crm-1"
            event.member = choice & 32 == 0 ? nil : "mara"
            if choice & 64 == 0 { event.validUntil = nil }
            if choice & 128 == 0 { event.previousGrant = nil }
            event.sharedAccount = choice & 256 == 0
            event.superseded = choice & 512 == 0
            return .grantLinked(event)
        }
    }
}
