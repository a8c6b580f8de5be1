internal import LedgerFormat

/// The members of an object in a body, read leniently: what is not needed may be of any type.
///
/// An optional field that is missing, null or of another type is taken as not told; a needed one
/// is an error that names it. No error says what a field holds.
struct BodyFields {
    /// The object's own name with a full stop, empty for the body itself.
    private let path: String
    private let members: [Identifier<BodyFields>: JSONValue]

    /// Reads a body, which has to be one JSON object.
    init(_ bytes: [UInt8]) throws(PlatformError) {
        guard let fields = BodyFields(try BodyFields.value(bytes), in: "") else {
            throw PlatformError(.invalidBody, "The body is not a JSON object.")
        }
        self = fields
    }

    /// Takes the members of an object; nil for any other value.
    init?(_ value: JSONValue, in path: String) {
        guard case .object(let members) = value else { return nil }
        self.path = path
        self.members = Dictionary(
            members.map { (Identifier($0.name), $0.value) }, uniquingKeysWith: { $1 })
    }

    /// Reads a body as any JSON value.
    static func value(
        _ bytes: [UInt8], upTo limit: Int = WebhookDelivery.maximumBodyLength
    ) throws(PlatformError) -> JSONValue {
        try checkLength(of: bytes, limit)
        do { return try JSONParser.parse(bytes) } catch {
            throw PlatformError(.invalidBody, "The body \(error.description).")
        }
    }

    /// The names of the members, in the order of their bytes.
    var names: [String] { members.keys.sorted().map(\.text) }

    subscript(_ name: String) -> JSONValue? { members[Identifier(name)] }

    /// The fields of an object within; none where there is no such object.
    func object(_ name: String) -> BodyFields? {
        self[name].flatMap { BodyFields($0, in: path + name + ".") }
    }

    /// The fields of an object within, which has to be there.
    func neededObject(_ name: String) throws(PlatformError) -> BodyFields {
        if let object = object(name) { return object }
        throw error(name, "is not an object")
    }

    /// A text of at least one character; none for anything else.
    func text(_ name: String) -> String? {
        guard case .string(let text)? = self[name], !text.isEmpty else { return nil }
        return text
    }

    /// A text that has to be there.
    func neededText(_ name: String) throws(PlatformError) -> String {
        if let text = text(name) { return text }
        throw error(name, self[name] == nil ? "is missing" : "is not a text")
    }

    /// The text of a grant, within the limits of identifiers.
    func neededIdentifier(_ name: String) throws(PlatformError) -> String {
        let text = try neededText(name)
        if let violation = Limits.violation(ofIdentifier: text) { throw error(name, violation) }
        return text
    }

    /// An integer; none for anything else.
    func integer(_ name: String) -> Int64? {
        guard case .integer(let integer)? = self[name] else { return nil }
        return integer
    }

    /// `true` or `false`; none for anything else.
    func flag(_ name: String) -> Bool? {
        guard case .bool(let flag)? = self[name] else { return nil }
        return flag
    }

    /// A list of texts; what is no text in it is left out.
    func texts(_ name: String) -> [String] {
        guard case .array(let elements)? = self[name] else { return [] }
        return elements.compactMap { element in
            guard case .string(let text) = element else { return nil }
            return text
        }
    }

    /// Every member that is a text, a number or a flag, as a text, after a prefix.
    func attributes(prefix: String = "") -> [String: String] {
        var attributes: [String: String] = [:]
        for (name, value) in members {
            guard let text = value.scalarText else { continue }
            attributes[prefix + name.text] = text
        }
        return attributes
    }

    /// A time in seconds since 1970; none where there is no such field.
    ///
    /// A time of another type is an error: taken as not told, it would order notices wrongly.
    func seconds(_ name: String) throws(PlatformError) -> Timestamp? {
        guard let value = self[name] else { return nil }
        if case .null = value { return nil }
        guard case .integer(let seconds) = value else {
            throw error(name, "is not a whole number of seconds")
        }
        let time = Timestamp(microsecondsSinceEpoch: 0).adding(seconds: seconds)
        guard time.isInRange else { throw error(name, "is not in the years 1 to 9999") }
        return time
    }

    /// A time in RFC 3339; none where there is no such field.
    func time(_ name: String) throws(PlatformError) -> Timestamp? {
        guard let value = self[name] else { return nil }
        if case .null = value { return nil }
        guard case .string(let text) = value, let time = Timestamp(rfc3339: text) else {
            throw error(name, "is not a time in RFC 3339 with an offset")
        }
        return time
    }

    func error(_ name: String, _ reason: String) -> PlatformError {
        PlatformError(
            .invalidField, path + name, "The field \(path)\(name) of the body \(reason).")
    }
}

extension JSONValue {
    /// A text, a number or a flag as a text; nil for what is none of them, and for no text.
    var scalarText: String? {
        switch self {
        case .string(let text): text.isEmpty ? nil : text
        case .integer(let number): String(number)
        case .number(let lexical): lexical
        case .bool(let flag): String(flag)
        case .null, .array, .object: nil
        }
    }
}

/// Cuts a platform's own words to what a reason may be: 255 bytes without control characters.
func reasonText(_ text: String) -> String? {
    var reason = ""
    for scalar in text.unicodeScalars {
        let isControl = scalar.properties.generalCategory == .control
        let next: Unicode.Scalar = isControl ? " " : scalar
        guard reason.utf8.count + next.utf8.count <= Limits.identifier.upperBound else { break }
        reason.unicodeScalars.append(next)
    }
    return reason.isEmpty ? nil : reason
}
