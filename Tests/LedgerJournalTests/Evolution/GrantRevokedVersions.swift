@testable internal import LedgerFormat
internal import LedgerDomain
internal import LedgerStorage

/// What `grant-revoked.v1` would be once there is a version 2 that no longer takes any words.
///
/// It keeps what the bytes say, so that they stay canonical; only the upcast knows that
/// `disconnected` is called otherwise today.
struct GrantRevokedV1: StoredEvent, Hashable {
    static let wireName = GrantRevoked.wireName
    static let field = GrantRevoked.field
    let stored: GrantRevoked

    init(_ content: EventContent) throws(FormatError) { stored = try GrantRevoked(content) }

    func content() throws(FormatError) -> EventContent { try stored.content() }

    var event: Event {
        var today = stored
        if today.reason == "disconnected" { today.reason = .disconnectedByUser }
        return .grantRevoked(today)
    }
}

/// An invented `grant-revoked.v2`, whose reasons are numbered: credential and grant are the texts 1
/// and 2, the reason is the number 3.
struct GrantRevokedNumbered: StoredEvent, Hashable {
    static let wireName = "grant-revoked.v2"
    static let field = 22
    private static let reasons: [RevocationReason] = [
        .disconnectedByUser, .replaced, .withdrawnAtProvider, .imported, .erased,
    ]
    let credential: CredentialID
    let grant: GrantID
    let reason: RevocationReason

    init(_ event: GrantRevoked) {
        (credential, grant, reason) = (event.credential, event.grant, event.reason)
    }

    init(_ content: EventContent) throws(FormatError) {
        var fields = WireReader(content.bytes.span)
        var texts: [Int: String] = [:]
        var reason: RevocationReason?
        while let field = try fields.next() {
            switch field.number {
            case 1, 2: texts[field.number] = try fields.text(field)
            case 3:
                let number = try fields.number(field)
                guard 1...UInt64(Self.reasons.count) ~= number else {
                    throw FormatError(.unknownEnumValue(field: "reason", value: Int(number)))
                }
                reason = Self.reasons[Int(number) - 1]
            default: throw FormatError(.unknownField(in: "grant_revoked_2"))
            }
        }
        credential = try required(texts[1] ?? "", "credential")
        grant = try required(texts[2] ?? "", "grant")
        guard let reason else { throw FormatError(.missingField("reason")) }
        self.reason = reason
    }

    func content() throws(FormatError) -> EventContent {
        guard let number = Self.reasons.firstIndex(of: reason) else {
            throw FormatError(.missingField("reason"))
        }
        let texts = [(UInt8(1), credential.text), (2, grant.text)].flatMap { field, text in
            [field << 3 | 2, UInt8(text.utf8.count)] + Array(text.utf8)
        }
        return EventContent(bytes: texts + [3 << 3, UInt8(number + 1)])
    }

    var event: Event {
        .grantRevoked(GrantRevoked(credential: credential, grant: grant, reason: reason))
    }
}

extension EventVersions {
    /// Today's versions, and the invented one beside the one that it follows on.
    static let withRevokedV2 = EventVersions([
        StateIssued.self, GrantLinked.self, GrantExpired.self, LabelChanged.self,
        AccountSelected.self, GrantRevokedV1.self, GrantRevokedNumbered.self,
    ]) { event in
        if case .grantRevoked(let event) = event { return GrantRevokedNumbered(event) }
        return EventVersions.current.latest(event)
    }
}
