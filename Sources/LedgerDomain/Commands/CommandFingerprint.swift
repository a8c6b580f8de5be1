/// What a command said, field by field, in digests.
///
/// It is compared when an idempotency key or a state comes again. A digest a field, so that the
/// answer can name the field that differs; digests, so that no content is kept a second time. The
/// digests of personal fields are kept with the personal fields, because a digest of a guessable
/// text gives the text away.
public struct CommandFingerprint: Hashable, Sendable {
    /// The digests as a record has them: nine bytes a field, its number and the first eight bytes
    /// of SHA-256, ascending; without the personal fields.
    package let content: [UInt8]
    /// The same of the personal fields.
    package let personal: [UInt8]

    /// Takes digests as a record has them; whoever calls it has checked that they are in this form.
    package init(content: [UInt8], personal: [UInt8]) {
        self.content = content
        self.personal = personal
    }

    /// Whether bytes are one of the halves as a record has it: nine a field, ascending, of fields
    /// that are known and belong there.
    package static func isHalf(_ bytes: [UInt8], personal: Bool) -> Bool {
        guard bytes.count.isMultiple(of: 9) else { return false }
        let known = CommandField.numbers(personal: personal)
        var last: UInt8 = 0
        for start in stride(from: 0, to: bytes.count, by: 9) {
            let number = bytes[start]
            guard number > last, known >> UInt64(number) & 1 == 1 else { return false }
            last = number
        }
        return true
    }

    /// Puts the digests of fields together, one field after the other, ascending.
    package struct Halves {
        fileprivate var (content, personal) = ([UInt8](), [UInt8]())

        package init() {}

        /// Adds the digest of a field behind those of the ones before.
        package mutating func append(_ digest: UInt64, of field: CommandField) {
            if field.isPersonal {
                personal.append(field.rawValue)
                personal.append(bigEndian: digest)
            } else {
                content.append(field.rawValue)
                content.append(bigEndian: digest)
            }
        }
    }

    package init(_ halves: Halves) {
        self.init(content: halves.content, personal: halves.personal)
    }

    package init(_ digests: [CommandField: UInt64]) {
        var halves = Halves()
        for field in CommandField.allCases {
            if let digest = digests[field] { halves.append(digest, of: field) }
        }
        self.init(halves)
    }

    /// The digests by their fields.
    package var digests: [CommandField: UInt64] {
        var digests: [CommandField: UInt64] = [:]
        for half in [content, personal] {
            for start in stride(from: 0, to: half.count, by: 9) {
                guard let field = CommandField(rawValue: half[start]) else { continue }
                digests[field] = UInt64(bigEndianIn: half, at: start + 1)
            }
        }
        return digests
    }

    /// The first field in which two commands differ; none when they say the same.
    package func firstDifference(from other: CommandFingerprint) -> CommandField? {
        if self == other { return nil }
        let (digests, others) = (digests, other.digests)
        return CommandField.allCases.first { digests[$0] != others[$0] }
    }
}

/// A field that counts when two commands are compared; the numbers are part of the format.
package enum CommandField: UInt8, CaseIterable, Hashable, Sendable {
    case command = 1
    case user = 2
    case toolkit = 3
    case lifetimeSeconds = 4
    case allowMultiple = 5
    case reconnect = 6
    case replace = 7
    case label = 8
    case externalID = 9
    case member = 10
    case state = 11
    case grant = 12
    case provider = 13
    case subject = 14
    case email = 15
    case accountName = 16
    case platform = 17
    case scopes = 18
    case validUntil = 19
    case reason = 20
    case notice = 21
    case credential = 22
    case connectedAt = 23
    case status = 24
    case source = 25

    /// The field's name in a command line.
    package var name: String {
        switch self {
        case .command: "command"
        case .user: "user"
        case .toolkit: "toolkit"
        case .lifetimeSeconds: "lifetimeSeconds"
        case .allowMultiple: "allowMultiple"
        case .reconnect: "reconnect"
        case .replace: "replace"
        case .label: "label"
        case .externalID: "externalID"
        case .member: "member"
        case .state: "state"
        case .grant: "grant"
        case .provider: "provider"
        case .subject: "account.subject"
        case .email: "account.email"
        case .accountName: "account.name"
        case .platform: "platform"
        case .scopes: "scopes"
        case .validUntil: "validUntil"
        case .reason: "reason"
        case .notice: "notice"
        case .credential: "credential"
        case .connectedAt: "connectedAt"
        case .status: "status"
        case .source: "source"
        }
    }

    /// The numbers of the fields whose content can identify a person, or of the others, a bit each.
    package static func numbers(personal: Bool) -> UInt64 {
        personal ? personalNumbers : otherNumbers
    }

    private static let personalNumbers = bits(allCases.filter(\.isPersonal))
    private static let otherNumbers = bits(allCases.filter { !$0.isPersonal })

    private static func bits(_ fields: [CommandField]) -> UInt64 {
        fields.reduce(0) { $0 | 1 << UInt64($1.rawValue) }
    }

    /// Whether the field's content can identify a person.
    package var isPersonal: Bool {
        switch self {
        case .label, .email, .accountName: true
        default: false
        }
    }
}
