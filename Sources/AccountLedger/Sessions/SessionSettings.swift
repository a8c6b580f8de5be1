public import LedgerDomain

/// All that a session is, but for its ledger; can be written down and read again.
public struct SessionSettings: Hashable, Sendable {
    /// The user whose session it is.
    public var user: UserID
    /// Which credential a toolkit acts as, whatever else is connected.
    public var pins: [ToolkitID: CredentialID]
    /// What the session sees of its user.
    public var narrowing: Narrowing

    /// Describes a session.
    public init(
        user: UserID, pins: [ToolkitID: CredentialID] = [:], narrowing: Narrowing = .everything
    ) {
        self.user = user
        self.pins = pins
        self.narrowing = narrowing
    }

    /// What the session sees of the ledger.
    var access: Narrowing { narrowing.narrowed(to: Narrowing(user: user)) }
}

extension SessionSettings: Codable {
    private static let fields: Set = ["version", "user", "pins", "narrowing"]
    private static let version = 1

    /// Reads an object with `version`, `user`, `pins` and `narrowing`.
    ///
    /// Each has to be there, so that nothing that was lost on the way makes a session wider. An
    /// unknown name is an error, and so are another version and a toolkit that is pinned twice.
    public init(from decoder: any Decoder) throws {
        let object = try decoder.container(keyedBy: NameInObject.self)
        try object.requireKnown(Self.fields)
        let version = try object.decode(Int.self, forKey: "version")
        guard version == Self.version else {
            throw DecodingError.dataCorruptedError(
                forKey: "version", in: object,
                debugDescription: "Version \(version) is not \(Self.version). Make a new session.")
        }
        let pins = try object.decode([Pin].self, forKey: "pins")
        self.init(
            user: try object.decode(UserID.self, forKey: "user"),
            pins: Dictionary(pins.map { ($0.toolkit, $0.credential) }) { first, _ in first },
            narrowing: try object.decode(Narrowing.self, forKey: "narrowing"))
        guard self.pins.count == pins.count else {
            throw DecodingError.dataCorruptedError(
                forKey: "pins", in: object,
                debugDescription: "A toolkit is pinned twice. Leave one of its pins out.")
        }
    }

    /// Writes an object; pins are a list in the order of the toolkits' bytes.
    public func encode(to encoder: any Encoder) throws {
        var object = encoder.container(keyedBy: NameInObject.self)
        try object.encode(Self.version, forKey: "version")
        try object.encode(user, forKey: "user")
        let pins = pins.sorted { $0.key < $1.key }.map { Pin(toolkit: $0, credential: $1) }
        try object.encode(pins, forKey: "pins")
        try object.encode(narrowing, forKey: "narrowing")
    }

    /// A list, because two toolkits can differ in bytes and be one name of an object.
    private struct Pin: Codable {
        let toolkit: ToolkitID
        let credential: CredentialID

        init(toolkit: ToolkitID, credential: CredentialID) {
            self.toolkit = toolkit
            self.credential = credential
        }

        init(from decoder: any Decoder) throws {
            let object = try decoder.container(keyedBy: NameInObject.self)
            try object.requireKnown(["toolkit", "credential"])
            toolkit = try object.decode(ToolkitID.self, forKey: "toolkit")
            credential = try object.decode(CredentialID.self, forKey: "credential")
        }
    }
}
