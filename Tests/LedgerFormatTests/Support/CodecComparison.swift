internal import LedgerDomain
internal import LedgerFormat

/// Whether the way in one pass and the way through messages say the same.
enum CodecComparison {
    /// What the two ways differ in when they read; nil where they agree.
    static func difference(reading bytes: [UInt8]) -> String? {
        let direct = RecordCodec.decodeDirectly(bytes.span)
        do throws(FormatError) {
            let record = try MessageCodec.decode(bytes)
            guard let direct else { return "only messages read \(hex(bytes))" }
            guard direct == record else { return "other records of \(hex(bytes))" }
            // Texts are equal where they are canonically equivalent; these bytes are not.
            guard try MessageCodec.encode(direct) == bytes else {
                return "other texts of \(hex(bytes))"
            }
            return nil
        } catch {
            if direct != nil { return "only one pass reads \(hex(bytes)): \(error)" }
            return said(error, reading: bytes)
        }
    }

    /// Whether the codec says just that.
    private static func said(_ expected: FormatError, reading bytes: [UInt8]) -> String? {
        do throws(FormatError) {
            _ = try RecordCodec.decode(bytes)
            return "no error for \(hex(bytes))"
        } catch {
            return error == expected ? nil : "\(error), not \(expected), for \(hex(bytes))"
        }
    }

    /// What the two ways differ in when they write; nil where they agree.
    static func difference(writing record: EventRecord) -> String? {
        let direct = RecordCodec.encodeDirectly(record)
        do throws(FormatError) {
            let bytes = try MessageCodec.encode(record)
            guard let direct else { return "only messages write \(record)" }
            return direct == bytes ? difference(reading: bytes) : "other bytes of \(record)"
        } catch {
            return direct == nil ? nil : "only one pass writes \(record): \(error)"
        }
    }

    private static func hex(_ bytes: [UInt8]) -> String { bytes.lowercaseHexadecimal }
}

/// How many of the cases of a comparison were read, and what was found.
struct ComparisonCount {
    var read = 0
    var refused = 0
    var differences: [String] = []

    /// Reads damaged bytes of random records both ways.
    mutating func compareDamaged(_ count: Int, _ random: inout Random) {
        var samples: [[UInt8]] = []
        for turn in 0..<count {
            if turn.isMultiple(of: 300) {
                samples = random.records().compactMap { try? RecordCodec.encode($0) }
            }
            let damage = random.pick(RecordDamage.allCases)
            var bytes = damage.apply(to: random.pick(samples), &random)
            if random.chance(10) {
                bytes = random.pick(RecordDamage.allCases).apply(to: bytes, &random)
            }
            if let difference = CodecComparison.difference(reading: bytes) {
                differences.append("\(damage): \(difference)")
            }
            if RecordCodec.decodeDirectly(bytes.span) == nil { refused += 1 } else { read += 1 }
        }
    }

    /// Writes random records both ways, whole ones and such as have a field outside its limits.
    mutating func compareWritten(_ count: Int, _ random: inout Random) {
        for turn in 0..<count {
            for record in random.records() {
                let record = turn.isMultiple(of: 2) ? record : random.spoilt(record)
                if let difference = CodecComparison.difference(writing: record) {
                    differences.append(difference)
                }
                if RecordCodec.encodeDirectly(record) == nil { refused += 1 } else { read += 1 }
            }
        }
    }
}

extension Random {
    /// A record with one field that is perhaps outside its limits.
    mutating func spoilt(_ record: EventRecord) -> EventRecord {
        var record = record
        let text = spoiltText()
        let time = Timestamp(
            microsecondsSinceEpoch: pick([
                .min, .max, -62_135_596_800_000_001, 253_402_300_800_000_000, 0,
            ]))
        switch Int.random(in: 0..<10, using: &self) {
        case 0: record.position = Position(pick([0, 1 << 63, .max, 1 << 62]))
        case 1: record.recordedAt = time
        case 2: record.occurredAt = time
        case 3: record.user = UserID(text)
        case 4: record.actor.id = text
        case 5: record.idempotencyKey = IdempotencyKey(text)
        case 6: record.causationID = CausationID(text)
        case 7: record.correlationID = CorrelationID(text)
        case 8:
            let numbers = [-1, 0, 1, 2, 3, 1 << 32, 1 << 33]
            record.part = CommandPart(index: pick(numbers), count: pick(numbers))
        default: record.event = spoilt(record.event, text, time)
        }
        return record
    }

    private mutating func spoiltText() -> String {
        pick([
            "", "\u{0}", "a\u{1F}", "\u{7F}", "\u{80}b", "\u{9F}", "\u{A0}", "x\n", "zo\u{EB}",
            "zoe\u{308}",
            String(repeating: "x", count: pick([200, 201, 255, 256, 320, 321])),
            String(repeating: "\u{EB}", count: pick([100, 101, 127, 128, 160, 161])),
        ])
    }

    private mutating func spoilt(_ event: Event, _ text: String, _ time: Timestamp) -> Event {
        let first = chance(50)
        switch event {
        case .stateIssued(var event):
            if first { event.label = text } else { event.toolkit = ToolkitID(text) }
            if chance(20) { event.expiresAt = time }
            if chance(20) { event.intent = .replace(CredentialID(text)) }
            return .stateIssued(event)
        case .grantLinked(let event): return .grantLinked(spoilt(event, text, time))
        case .grantExpired(var event):
            if first { event.reason = text } else { event.notice = NoticeID(text) }
            return .grantExpired(event)
        case .grantRevoked(var event):
            event.reason = RevocationReason(text)
            return .grantRevoked(event)
        case .labelChanged(var event):
            if first { event.label = text } else { event.credential = CredentialID(text) }
            return .labelChanged(event)
        case .accountSelected(var event):
            if first {
                event.toolkit = ToolkitID(text)
            } else {
                event.credential = CredentialID(text)
            }
            return .accountSelected(event)
        }
    }

    private mutating func spoilt(
        _ event: GrantLinked, _ text: String, _ time: Timestamp
    ) -> GrantLinked {
        var event = event
        switch Int.random(in: 0..<10, using: &self) {
        case 0: event.grant = GrantID(text)
        case 1: event.platform = PlatformID(text)
        case 2: event.account.subject = Identifier(text)
        case 3: event.account.email = text
        case 4: event.account.name = text
        case 5: event.label = text
        case 6: event.origin = pick([.imported(source: text), .reported(notice: NoticeID(text))])
        case 7: event.validUntil = time
        case 8: event.scopes = Array(repeating: "x", count: pick([63, 64, 65]))
        default: event.scopes.append(text)
        }
        return event
    }
}
