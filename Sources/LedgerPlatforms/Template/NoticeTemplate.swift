/// How the bodies of a platform that has no reader of its own are read as notices.
///
/// A template is data: it can be kept as JSON beside an application's settings. Places in a body
/// are JSON pointers (RFC 6901), such as `/data/account/id`.
public struct NoticeTemplate: Hashable, Sendable, Codable {
    /// How a time is written in a body.
    public enum TimeForm: String, Hashable, Sendable, Codable, CaseIterable {
        /// RFC 3339, with an offset.
        case rfc3339
        /// Seconds since 1970, a whole number.
        case seconds
        /// Milliseconds since 1970, a whole number.
        case milliseconds
    }

    /// The platform's name on records, 1 to 255 bytes.
    public var platform: PlatformID
    /// Where a body says what it is of; the values of several places are joined by a slash.
    public var type: [String]
    /// What each type means; a type that is not here is ignored.
    public var meanings: [String: GrantNotice.Change]
    /// Where the grant is named.
    public var grant: String
    /// Where the time is when it happened; without one, receipt stands for it.
    public var time: String?
    /// How the time is written; RFC 3339 where left out.
    public var timeForm: TimeForm?
    /// Where the notice's own id is.
    ///
    /// Leave it out where the id does not tell two notices apart.
    public var id: String?
    /// Where the reason of an expiry is.
    public var reason: String?
    /// Where the provider is named.
    public var provider: String?
    /// Where the account's stable name at the provider is.
    public var subject: String?
    /// Where the account's e-mail address is.
    public var email: String?
    /// Where the account's display name is.
    public var name: String?
    /// Where the application's user is named.
    public var user: String?
    /// Where an object is whose members become attributes.
    public var attributes: String?

    /// Describes how bodies are read.
    ///
    /// - Throws: `PlatformError.Code.invalidSetting` naming the field that cannot be so.
    public init(
        platform: PlatformID, type: [String], meanings: [String: GrantNotice.Change],
        grant: String, time: String? = nil, timeForm: TimeForm? = nil, id: String? = nil,
        reason: String? = nil, provider: String? = nil, subject: String? = nil,
        email: String? = nil, name: String? = nil, user: String? = nil, attributes: String? = nil
    ) throws(PlatformError) {
        self.platform = platform
        self.type = type
        self.meanings = meanings
        self.grant = grant
        self.time = time
        self.timeForm = timeForm
        self.id = id
        self.reason = reason
        self.provider = provider
        self.subject = subject
        self.email = email
        self.name = name
        self.user = user
        self.attributes = attributes
        try validate()
    }

    /// Checks what was decoded or changed.
    ///
    /// - Throws: `PlatformError.Code.invalidSetting` naming the field that cannot be so.
    public func validate() throws(PlatformError) {
        if let reason = Limits.violation(ofIdentifier: platform.text) {
            throw Self.error("platform", reason)
        }
        if type.isEmpty { throw Self.error("type", "names no place") }
        if meanings.isEmpty { throw Self.error("meanings", "is empty, so every body is ignored") }
        for place in type { _ = try Self.pointer(place, "type") }
        _ = try Self.pointer(grant, "grant")
        for (field, place) in [
            ("time", time), ("id", id), ("reason", reason), ("provider", provider),
            ("subject", subject), ("email", email), ("name", name), ("user", user),
            ("attributes", attributes),
        ] {
            if let place { _ = try Self.pointer(place, field) }
        }
        if timeForm != nil, time == nil {
            throw Self.error("timeForm", "says how a time is written, and time is left out")
        }
    }

    /// The steps of a JSON pointer.
    static func pointer(_ text: String, _ field: String) throws(PlatformError) -> [String] {
        guard text.utf8.first == UInt8(ascii: "/") else {
            throw error(field, "is not a JSON pointer, which begins with a slash")
        }
        var steps: [String] = []
        for step in text.split(separator: "/", omittingEmptySubsequences: false).dropFirst() {
            let rest = step.replacing("~0", with: "").replacing("~1", with: "")
            if rest.contains("~") { throw error(field, "has a ~ that is neither ~0 nor ~1") }
            steps.append(String(step).replacing("~1", with: "/").replacing("~0", with: "~"))
        }
        return steps
    }

    static func error(_ field: String, _ reason: String) -> PlatformError {
        PlatformError(.invalidSetting, field, "The template's \(field) \(reason).")
    }
}
