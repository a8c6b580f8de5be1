internal import LedgerDomain

/// Where the personal texts of a record are, before it is known which of them its event has.
///
/// Not the texts themselves: nothing has to count who uses them until they are in their place.
private struct PersonalTexts {
    var email: Range<Int>?
    var name: Range<Int>?
    var label: Range<Int>?

    var hasLabelOnly: Bool { email == nil && name == nil }
    var hasNone: Bool { hasLabelOnly && label == nil }
}

extension CanonicalReader {
    /// A record; the tags are the fields' numbers and kinds in `schemas/events.proto`.
    ///
    /// - Parameter own: The fields whose event is the domain's own value.
    @inline(__always)
    mutating func record(_ own: OwnFields) throws(Refusal) -> EventRecord {
        try expect(0x08)
        let position = try number()
        guard 1...UInt64(Int64.max) ~= position else { throw Refusal() }
        let recordedAt = try timeOrStart(0x10)
        try expect(0x1A)
        try expectWords(2)
        let id = EventID(high: word(), low: word())
        let user: UserID = try identifier(0x22)
        let occurredAt = try optionalTime(0x28)
        let actor = try actor()
        let correlationID: CorrelationID? = try optional(0x3A)
        let causationID: CausationID? = try optional(0x42)
        let idempotencyKey: IdempotencyKey? = try optional(0x4A)
        let part = try part()
        let content = try digests(0x5A, personal: false)
        var texts = PersonalTexts()
        let personal = try personal(&texts)
        let hasFingerprint = !(content.isEmpty && personal.isEmpty)
        return EventRecord(
            position: Position(position), recordedAt: recordedAt, id: id, user: user,
            occurredAt: occurredAt, actor: actor, correlationID: correlationID,
            causationID: causationID, idempotencyKey: idempotencyKey, part: part,
            fingerprint: hasFingerprint
                ? CommandFingerprint(content: content, personal: personal) : nil,
            event: try event(own, texts))
    }

    private mutating func actor() throws(Refusal) -> LedgerActor {
        try expect(0x32)
        let outer = try enter()
        try expect(0x08)
        let kind: LedgerActor.Kind
        switch try number() {
        case 1: kind = .user
        case 2: kind = .member
        case 3: kind = .application
        case 4: kind = .platform
        case 5: kind = .operator
        default: throw Refusal()
        }
        let id = try optionalText(0x12)
        try leave(to: outer)
        return LedgerActor(kind: kind, id: id)
    }

    private mutating func part() throws(Refusal) -> CommandPart {
        guard take(0x52) else { return .whole }
        let outer = try enter()
        let index = take(0x08) ? try numberOverZero() : 0
        try expect(0x10)
        let count = try number()
        guard 2...UInt64(UInt32.max) ~= count, index < count else { throw Refusal() }
        try leave(to: outer)
        return CommandPart(index: Int(index), count: Int(count))
    }

    /// The personal half of the fingerprint, and before it the personal texts.
    private mutating func personal(_ texts: inout PersonalTexts) throws(Refusal) -> [UInt8] {
        guard take(0x7A) else { return [] }
        let outer = try enter()
        if isAtEnd { throw Refusal() }
        if take(0x0A) { texts.email = try range() }
        if take(0x12) { texts.name = try range() }
        if take(0x1A) { texts.label = try range() }
        let fingerprint = try digests(0x22, personal: true)
        try leave(to: outer)
        return fingerprint
    }

    /// Half of a fingerprint: nine bytes a field, ascending.
    private mutating func digests(_ tag: UInt8, personal: Bool) throws(Refusal) -> [UInt8] {
        guard take(tag) else { return [] }
        let bytes = try copy()
        guard !bytes.isEmpty, CommandFingerprint.isHalf(bytes, personal: personal) else {
            throw Refusal()
        }
        return bytes
    }

    /// The event, which is the last field and has a place for all the personal ones.
    @inline(__always)
    private mutating func event(
        _ own: OwnFields, _ personal: PersonalTexts
    ) throws(Refusal) -> Event {
        let field = try messageField()
        guard own.contains(field) else { throw Refusal() }
        try enterLast()
        switch field {
        case GrantLinked.field: return try grantLinked(personal)
        case StateIssued.field where personal.hasLabelOnly:
            return .stateIssued(try stateIssued(personal))
        case GrantExpired.field where personal.hasNone: return .grantExpired(try grantExpired())
        case GrantRevoked.field where personal.hasNone: return .grantRevoked(try grantRevoked())
        case LabelChanged.field where personal.hasLabelOnly:
            return .labelChanged(
                LabelChanged(
                    credential: try last(identifier(0x0A)),
                    label: try text(personal.label, .label)))
        case AccountSelected.field where personal.hasNone:
            return .accountSelected(
                AccountSelected(
                    toolkit: try identifier(0x0A), credential: try last(optional(0x12))))
        default: throw Refusal()
        }
    }
}

extension CanonicalReader {
    private mutating func stateIssued(_ personal: PersonalTexts) throws(Refusal) -> StateIssued {
        StateIssued(
            digest: try digest(0x0A), toolkit: try identifier(0x12), intent: try intent(),
            expiresAt: try timeOrStart(0x28), allowMultiple: try flag(0x30),
            label: try text(personal.label, .label),
            externalID: try optional(0x3A), member: try last(optional(0x42)))
    }

    private mutating func intent() throws(Refusal) -> AuthorizationIntent {
        if take(0x1A) { return .reconnect(Identifier(try text(.identifier))) }
        if take(0x22) { return .replace(Identifier(try text(.identifier))) }
        return .connect
    }

    private mutating func grantLinked(_ personal: PersonalTexts) throws(Refusal) -> Event {
        var isReported = false
        return .grantLinked(
            GrantLinked(
                credential: try identifier(0x0A), grant: try identifier(0x12),
                platform: try optional(0x1A), toolkit: try identifier(0x22),
                account: ProviderAccount(
                    provider: try identifier(0x2A), subject: try identifier(0x32),
                    email: try text(personal.email, .personal),
                    name: try text(personal.name, .personal)),
                kind: try linkKind(), origin: try origin(&isReported),
                label: try text(personal.label, .label), externalID: try optional(0x52),
                member: try optional(0x5A), scopes: try scopes(),
                validUntil: try optionalTime(0x68), previousGrant: try optional(0x72),
                sharedAccount: try flag(0x78),
                superseded: try last(lateFlag(afterNotice: isReported))))
    }

    private mutating func linkKind() throws(Refusal) -> LinkKind {
        try expect(0x38)
        switch try number() {
        case 1: return .connected
        case 2: return .reconnected
        case 3: return .replaced
        default: throw Refusal()
        }
    }

    /// What the grant was linked by.
    ///
    /// - Parameter isReported: Set where it was a notice, which comes after other fields. It is
    ///   looked for ahead, so that the event is made in one piece, and passed when it is reached.
    private mutating func origin(_ isReported: inout Bool) throws(Refusal) -> LinkOrigin {
        if take(0x4A) { return .imported(source: try text(.identifier)) }
        if take(0x42) { return .state(try digest()) }
        isReported = true
        let place = offset
        if take(0x52) { _ = try range() }
        if take(0x5A) { _ = try range() }
        while take(0x62) { _ = try range() }
        if take(0x68) { _ = try number() }
        if take(0x72) { _ = try range() }
        if take(0x78) { _ = try number() }
        guard take(0x82, 0x01) else { throw Refusal() }
        let notice = try text(.identifier)
        goBack(to: place)
        return .reported(notice: Identifier(notice))
    }

    private mutating func lateFlag(afterNotice isReported: Bool) throws(Refusal) -> Bool {
        if isReported {
            guard take(0x82, 0x01) else { throw Refusal() }
            _ = try range()
        }
        guard take(0x88, 0x01) else { return false }
        guard try number() == 1 else { throw Refusal() }
        return true
    }

    private mutating func scopes() throws(Refusal) -> [String] {
        var scopes: [String] = []
        while take(0x62) {
            // As many as most grants have: the list is made once.
            if scopes.isEmpty { scopes.reserveCapacity(4) }
            guard scopes.count < Limits.scopes else { throw Refusal() }
            scopes.append(try text(.identifier))
        }
        return scopes
    }

    private mutating func grantExpired() throws(Refusal) -> GrantExpired {
        GrantExpired(
            credential: try identifier(0x0A), grant: try identifier(0x12),
            reason: try optionalText(0x1A), notice: try optional(0x22),
            superseded: try last(flag(0x28)))
    }

    private mutating func grantRevoked() throws(Refusal) -> GrantRevoked {
        GrantRevoked(
            credential: try identifier(0x0A), grant: try identifier(0x12),
            reason: try last(identifier(0x1A)))
    }
}

extension CanonicalReader {
    @inline(__always)
    private mutating func identifier<Kind>(_ tag: UInt8) throws(Refusal) -> Identifier<Kind> {
        try expect(tag)
        return Identifier(try text(.identifier))
    }

    @inline(__always)
    private mutating func optional<Kind>(_ tag: UInt8) throws(Refusal) -> Identifier<Kind>? {
        take(tag) ? Identifier(try text(.identifier)) : nil
    }

    @inline(__always)
    private mutating func optionalText(_ tag: UInt8) throws(Refusal) -> String? {
        take(tag) ? try text(.identifier) : nil
    }

    private mutating func numberOverZero() throws(Refusal) -> UInt64 {
        let value = try number()
        guard value > 0 else { throw Refusal() }
        return value
    }

    /// A time that may be absent; where it is there, it may be 0.
    private mutating func optionalTime(_ tag: UInt8) throws(Refusal) -> Timestamp? {
        take(tag) ? try checked(number()) : nil
    }

    /// A time that is always meant; it is left out where it is 0.
    private mutating func timeOrStart(_ tag: UInt8) throws(Refusal) -> Timestamp {
        take(tag) ? try checked(numberOverZero()) : Timestamp(microsecondsSinceEpoch: 0)
    }

    private func checked(_ number: UInt64) throws(Refusal) -> Timestamp {
        let time = Timestamp(microsecondsSinceEpoch: Int64(bitPattern: number))
        guard time.isInRange else { throw Refusal() }
        return time
    }

    private mutating func digest(_ tag: UInt8) throws(Refusal) -> StateDigest {
        try expect(tag)
        return try digest()
    }

    private mutating func digest() throws(Refusal) -> StateDigest {
        try expectWords(4)
        return StateDigest(words: (word(), word(), word(), word()))
    }
}
