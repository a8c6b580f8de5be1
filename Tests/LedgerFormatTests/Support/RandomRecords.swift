internal import LedgerDomain

/// Records such as the rules write them, with every field present or absent by chance.
extension Random {
    private static let scalars: [ClosedRange<UInt32>] = [
        0x20...0x7E, 0x20...0x7E, 0xA0...0x24F, 0x370...0x3FF, 0x4E00...0x4FFF, 0x1F600...0x1F64F,
    ]

    /// A text within its limits, now and then of the smallest or the largest length.
    mutating func text(_ length: ClosedRange<Int>) -> String {
        let wanted = pick([
            length.lowerBound, length.upperBound, Int.random(in: length, using: &self),
        ])
        let bound = chance(80) ? min(wanted, max(length.lowerBound, 24)) : wanted
        var text = String.UnicodeScalarView()
        var count = 0
        while count < bound {
            guard let scalar = Unicode.Scalar(UInt32.random(in: pick(Self.scalars), using: &self)),
                let size = UTF8.encode(scalar)?.count
            else { continue }
            let fits = count + size <= bound
            text.append(fits ? scalar : "x")
            count += fits ? size : 1
        }
        return String(text)
    }

    mutating func short() -> String { text(1...255) }

    /// A text that people wrote: it may have several lines.
    mutating func personal(_ length: ClosedRange<Int>) -> String {
        let text = text(length)
        guard chance(20), let last = text.unicodeScalars.last, last.isASCII else { return text }
        return String(text.unicodeScalars.dropLast()) + "\n"
    }

    mutating func identifier<Kind>() -> Identifier<Kind> { Identifier(short()) }

    mutating func credential() -> CredentialID { CredentialID(random: bytes(16)) }

    mutating func time() -> Timestamp {
        let first: Int64 = -62_135_596_800_000_000
        let last: Int64 = 253_402_300_799_999_999
        let value = pick([first, last, 0, -1, 1, Int64.random(in: first...last, using: &self)])
        return Timestamp(microsecondsSinceEpoch: value)
    }

    mutating func digest() -> StateDigest? { StateDigest(bytes: bytes(StateDigest.length)) }

    mutating func account() -> ProviderAccount {
        ProviderAccount(
            provider: identifier(), subject: identifier(), email: maybe { $0.personal(0...320) },
            name: maybe { $0.personal(0...320) })
    }

    mutating func actor() -> LedgerActor {
        let kind = pick(LedgerActor.Kind.allCases)
        return LedgerActor(kind: kind, id: kind == .application ? maybe { $0.short() } : short())
    }
}

extension Random {
    /// One event of every kind.
    mutating func events() -> [Event] {
        [
            stateIssued(), grantLinked(), grantExpired(), grantRevoked(), labelChanged(),
            accountSelected(),
        ]
        .compactMap { $0 }
    }

    private mutating func stateIssued() -> Event? {
        guard let digest = digest() else { return nil }
        let intent = pick([
            AuthorizationIntent.connect, .reconnect(credential()), .replace(credential()),
        ])
        let connects = intent == .connect
        return .stateIssued(
            StateIssued(
                digest: digest, toolkit: identifier(), intent: intent, expiresAt: time(),
                allowMultiple: chance(50), label: connects ? maybe { $0.personal(1...200) } : nil,
                externalID: connects ? maybe { $0.identifier() } : nil,
                member: connects ? maybe { $0.identifier() } : nil))
    }

    private mutating func grantLinked() -> Event? {
        guard let digest = digest() else { return nil }
        let isImported = chance(40)
        let isReported = !isImported && chance(30)
        let kind: LinkKind =
            isImported ? .connected : isReported ? .reconnected : pick(LinkKind.allCases)
        let origin: LinkOrigin =
            isImported
            ? .imported(source: short())
            : isReported ? .reported(notice: identifier()) : .state(digest)
        let scopes = pick([0, 0, 1, 3, 64])
        return .grantLinked(
            GrantLinked(
                credential: credential(), grant: identifier(), platform: maybe { $0.identifier() },
                toolkit: identifier(), account: account(), kind: kind,
                origin: origin,
                label: maybe { $0.personal(1...200) }, externalID: maybe { $0.identifier() },
                member: maybe { $0.identifier() }, scopes: (0..<scopes).map { _ in short() },
                validUntil: maybe { $0.time() },
                previousGrant: kind == .connected || isReported ? nil : maybe { $0.identifier() },
                sharedAccount: chance(30), superseded: isReported && chance(50)))
    }

    private mutating func grantExpired() -> Event {
        .grantExpired(
            GrantExpired(
                credential: credential(), grant: identifier(), reason: maybe { $0.short() },
                notice: maybe { $0.identifier() }, superseded: chance(50)))
    }

    private mutating func grantRevoked() -> Event {
        .grantRevoked(
            GrantRevoked(credential: credential(), grant: identifier(), reason: identifier()))
    }

    private mutating func labelChanged() -> Event {
        .labelChanged(LabelChanged(credential: credential(), label: maybe { $0.personal(1...200) }))
    }

    private mutating func accountSelected() -> Event {
        .accountSelected(
            AccountSelected(toolkit: identifier(), credential: maybe { $0.credential() }))
    }
}

extension Random {
    /// One record of every event.
    mutating func records() -> [EventRecord] {
        events().compactMap { record($0) }
    }

    private mutating func record(_ event: Event) -> EventRecord? {
        guard let id = EventID(bytes: bytes(EventID.length)) else { return nil }
        let count = Int.random(in: 2...300, using: &self)
        let part = CommandPart(index: Int.random(in: 0..<count, using: &self), count: count)
        let number = pick([1, 127, 128, UInt64(Int64.max), .random(in: 1...1 << 40, using: &self)])
        return EventRecord(
            position: Position(number), recordedAt: time(), id: id, user: identifier(),
            occurredAt: maybe { $0.time() }, actor: actor(),
            correlationID: maybe { $0.identifier() },
            causationID: maybe { $0.identifier() }, idempotencyKey: maybe { $0.identifier() },
            part: chance(50) ? .whole : part, fingerprint: maybe { $0.fingerprint() }, event: event)
    }

    private mutating func fingerprint() -> CommandFingerprint {
        var digests: [CommandField: UInt64] = [.command: next()]
        for field in CommandField.allCases where chance(30) { digests[field] = next() }
        return CommandFingerprint(digests)
    }
}
