extension Narrowing: Codable {
    private static let fields: Set = ["user", "member", "credentials", "toolkits"]

    /// Reads an object with any of `user`, `member`, `credentials` and `toolkits`.
    ///
    /// An unknown name is an error, because a limit that is misspelt must not be none, and so is
    /// null, because it could be meant as no limit or as one that is missing. A limit that is left
    /// out is none.
    public init(from decoder: any Decoder) throws {
        let object = try decoder.container(keyedBy: NameInObject.self)
        try object.requireKnown(Self.fields)
        self.init(
            user: try object.value(UserID.self, "user"),
            member: try object.value(MemberID.self, "member"),
            credentials: try object.value([CredentialID].self, "credentials").map { Set($0) },
            toolkits: try object.value([ToolkitID].self, "toolkits").map { Set($0) })
    }

    /// Writes an object; lists are in the order of their bytes.
    public func encode(to encoder: any Encoder) throws {
        var object = encoder.container(keyedBy: NameInObject.self)
        try object.encodeIfPresent(user, forKey: "user")
        try object.encodeIfPresent(member, forKey: "member")
        try object.encodeIfPresent(credentials?.sorted(), forKey: "credentials")
        try object.encodeIfPresent(toolkits?.sorted(), forKey: "toolkits")
    }
}

/// Any name in an object, so that unknown ones are found.
package struct NameInObject: CodingKey, ExpressibleByStringLiteral {
    package let stringValue: String
    package var intValue: Int? { nil }

    package init(stringLiteral value: String) { stringValue = value }
    package init?(stringValue: String) { self.stringValue = stringValue }
    package init?(intValue: Int) { nil }
}

extension KeyedDecodingContainer<NameInObject> {
    /// Refuses an object with another name than these.
    package func requireKnown(_ names: Set<String>) throws {
        guard let unknown = allKeys.first(where: { !names.contains($0.stringValue) }) else {
            return
        }
        throw DecodingError.dataCorruptedError(
            forKey: unknown, in: self,
            debugDescription: "\(unknown.stringValue) is none of "
                + names.sorted().joined(separator: ", ") + ". Correct the name or leave it out.")
    }

    /// The value of a name that may be left out, but not be null.
    package func value<Value: Decodable>(_ type: Value.Type, _ name: Key) throws -> Value? {
        contains(name) ? try decode(type, forKey: name) : nil
    }
}
