internal import LedgerDomain
internal import LedgerFormat
internal import Testing

@Suite("Records to bytes and back")
struct RecordRoundTripTests {
    @Test("A record read back is the record written", arguments: Seeds.all)
    func roundTrip(seed: UInt64) throws {
        var random = Random(seed: seed)
        for _ in 0..<50 {
            for record in random.records() {
                let bytes = try RecordCodec.encode(record)
                let decoded = try RecordCodec.decode(bytes)
                #expect(decoded == record)
                // Equality of personal texts is canonical equivalence; bytes are not.
                #expect(try RecordCodec.encode(decoded) == bytes)
            }
        }
    }

    @Test("Composed and decomposed texts stay what they are")
    func normalization() throws {
        for name in ["zo\u{EB}", "zoe\u{308}"] {
            var record = try #require(Samples.records().last)
            record.user = UserID(name)
            record.idempotencyKey = IdempotencyKey(name)
            let decoded = try RecordCodec.decode(try RecordCodec.encode(record))
            #expect(decoded.user.text.utf8.elementsEqual(name.utf8))
            #expect(decoded.idempotencyKey == IdempotencyKey(name))
        }
    }

    @Test("Records of every event are among the random ones")
    func coverage() {
        var random = Random(seed: 1)
        let names = Set(random.records().map(\.event.wireName))
        #expect(names == Set(Samples.records().map(\.event.wireName)))
        #expect(names.count == 6)
    }

    @Test("The largest link has fewer bytes than a record may have")
    func largestLink() throws {
        let long = String(repeating: "x", count: 255)
        let personal = String(repeating: "x", count: 320)
        var record = try #require(Samples.records().dropFirst().first)
        let digest = try #require(Samples.digest)
        record.event = .grantLinked(
            GrantLinked(
                credential: CredentialID(long), grant: GrantID(long), platform: PlatformID(long),
                toolkit: ToolkitID(long),
                account: ProviderAccount(
                    provider: ProviderID(long), subject: Identifier(long), email: personal,
                    name: personal),
                kind: .replaced, origin: .state(digest), label: String(repeating: "x", count: 200),
                externalID: ExternalID(long), member: MemberID(long),
                scopes: Array(repeating: long, count: 64), validUntil: Samples.time,
                previousGrant: GrantID(long), sharedAccount: true))
        #expect(try RecordCodec.encode(record).count < RecordCodec.maximumSize)
    }

    @Test("More bytes than a record may have are refused before they are looked at")
    func sizeLimit() throws {
        let bytes = [UInt8](repeating: 0xFF, count: RecordCodec.maximumSize + 1)
        #expect(throws: FormatError(.tooLarge(bytes: 65_536))) { try RecordCodec.decode(bytes) }
        #expect(throws: FormatError(.malformed)) {
            try RecordCodec.decode([UInt8](repeating: 0xFF, count: RecordCodec.maximumSize))
        }
    }

    @Test("What reading would refuse is not written")
    func refusesToWrite() throws {
        let sample = try #require(Samples.records().last)
        var record = sample
        record.user = UserID(String(repeating: "x", count: 256))
        #expect(
            throws: FormatError(.invalidField("user", reason: "is longer than 255 bytes of UTF-8"))
        ) { try RecordCodec.encode(record) }
        record = sample
        record.recordedAt = Timestamp(microsecondsSinceEpoch: .max)
        #expect(
            throws: FormatError(
                .invalidField("recorded_at", reason: "is not in the years 1 to 9999"))
        ) { try RecordCodec.encode(record) }
        record = sample
        record.position = .start
        #expect(throws: FormatError(.missingField("position"))) { try RecordCodec.encode(record) }
    }
}
