internal import LedgerDomain

/// One record of every event, the same for ever: their bytes are fixtures.
enum Samples {
    static let credential: CredentialID = "cred_352ckgw9my1mvz59tdwh9edd1r"
    static let time = Timestamp(microsecondsSinceEpoch: 1_795_242_783_123_456)

    static let digest = StateDigest(bytes: Array(0..<32))

    static func records() -> [EventRecord] {
        let events: [Event?] = [
            digest.map(stateIssued), digest.map(grantLinked),
            .grantExpired(
                GrantExpired(
                    credential: credential, grant: "grant-1", reason: "grant.expired",
                    notice: "hook-901", superseded: true)),
            .grantRevoked(
                GrantRevoked(
                    credential: credential, grant: "grant-1", reason: .disconnectedByUser)),
            .labelChanged(LabelChanged(credential: credential, label: "Büro, 2. Stock")),
            .accountSelected(AccountSelected(toolkit: "gmail", credential: credential)),
        ]
        return zip(UInt64(1)..., events.compactMap { $0 }).compactMap(record)
    }

    private static func stateIssued(_ digest: StateDigest) -> Event {
        .stateIssued(
            StateIssued(
                digest: digest, toolkit: "gmail", intent: .connect,
                expiresAt: time.adding(seconds: 600), allowMultiple: true, label: "Zuhause",
                externalID: "crm-4711", member: "mara"))
    }

    private static func grantLinked(_ digest: StateDigest) -> Event {
        .grantLinked(
            GrantLinked(
                credential: credential, grant: "grant-2", platform: "nylas", toolkit: "gmail",
                account: ProviderAccount(
                    provider: "google", subject: "108204268033311374519", email: "zoë@example.net",
                    name: "Zoë Lindqvist"),
                kind: .replaced, origin: .state(digest), label: nil, externalID: nil, member: nil,
                scopes: ["mail.read", "mail.send"], validUntil: time.adding(seconds: 86_400),
                previousGrant: "grant-1", sharedAccount: true))
    }

    private static func record(_ number: UInt64, _ event: Event) -> EventRecord? {
        EventID(bytes: Array(16..<32)).map { id in
            EventRecord(
                position: Position(number), recordedAt: time, id: id, user: "1001",
                occurredAt: time.adding(seconds: -1), actor: .platform("nylas"),
                correlationID: "request-5512", causationID: "hook-901",
                idempotencyKey: "callback-7f3a", part: CommandPart(index: 0, count: 2),
                fingerprint: CommandFingerprint([.command: 1, .user: 2, .label: 3]), event: event)
        }
    }

    /// A credential with all its fields, and one with as few as there can be.
    static let credentials = [
        Credential(
            id: credential, user: "1001", toolkit: "gmail", grant: "grant-2", platform: "nylas",
            account: ProviderAccount(
                provider: "google", subject: "108204268033311374519", email: "zoë@example.net",
                name: "Zoë Lindqvist"),
            label: "Work", externalID: "crm-4711", member: "mara", status: .expired,
            statusReason: "grant.expired", firstConnectedAt: time, lastAuthenticatedAt: time,
            statusChangedAt: time.adding(seconds: 5), validUntil: time.adding(seconds: 86_400),
            scopes: ["mail.read", "mail.send"], createdAt: Position(2), version: Position(300)),
        Credential(
            id: credential, user: "1001", toolkit: "gmail", grant: "grant-2", platform: nil,
            account: ProviderAccount(provider: "google", subject: "1"), label: nil, externalID: nil,
            member: nil, status: .revoked, statusReason: nil, firstConnectedAt: time,
            lastAuthenticatedAt: time, statusChangedAt: time, validUntil: nil, scopes: [],
            createdAt: Position(1), version: Position(1)),
    ]
}
