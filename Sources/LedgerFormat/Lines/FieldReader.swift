internal import LedgerDomain

/// Takes typed values out of the members of an object.
///
/// null is the same as absent. Names are compared byte by byte: Swift takes
/// `idempotency\u{212A}ey`, with the Kelvin sign, and `idempotencyKey` for equal.
struct FieldReader {
    /// The name of the field that the object is in, none for the outermost one.
    private let parent: String?
    private let members: [Identifier<FieldReader>: JSONValue]

    /// Takes an object whose names are all known.
    init(
        _ members: [JSONValue.Member], of parent: String? = nil, knownNames: [String], owner: String
    ) throws(FieldError) {
        self.parent = parent
        let known = Set(knownNames.map { Identifier<FieldReader>($0) })
        var values: [Identifier<FieldReader>: JSONValue] = [:]
        for member in members {
            let name = Identifier<FieldReader>(member.name)
            guard known.contains(name) else {
                let path = Self.path(parent, FieldError.displayable(member.name))
                throw FieldError(path, "is not a field of \(owner)")
            }
            values[name] = member.value
        }
        self.members = values
    }

    private static func path(_ parent: String?, _ name: String) -> String {
        parent.map { $0 + "." + name } ?? name
    }

    private func error(_ name: String, _ reason: String) -> FieldError {
        FieldError(Self.path(parent, name), reason)
    }

    /// Whether the field is there, be it as null.
    func isPresent(_ name: String) -> Bool { members[Identifier(name)] != nil }

    /// The field's value; none where it is absent or null.
    private func value(_ name: String) -> JSONValue? {
        guard let value = members[Identifier(name)] else { return nil }
        if case .null = value { return nil }
        return value
    }

    /// The field's value, which has to be there.
    private func required<Value>(_ name: String, _ value: Value?) throws(FieldError) -> Value {
        if let value { return value }
        throw error(name, isPresent(name) ? "must not be null" : "is required")
    }
}

// MARK: Texts

extension FieldReader {
    func optionalText(_ name: String) throws(FieldError) -> String? {
        guard let value = value(name) else { return nil }
        guard case .string(let text) = value else { throw error(name, "must be a string") }
        return text
    }

    func text(_ name: String) throws(FieldError) -> String {
        try required(name, try optionalText(name))
    }

    /// A text that may be null but has to be there.
    func presentText(_ name: String) throws(FieldError) -> String? {
        guard isPresent(name) else { throw error(name, "is required; null clears it") }
        return try optionalText(name)
    }

    func optionalIdentifier<Kind>(_ name: String) throws(FieldError) -> Identifier<Kind>? {
        try optionalText(name).map { Identifier($0) }
    }

    func identifier<Kind>(_ name: String) throws(FieldError) -> Identifier<Kind> {
        Identifier(try text(name))
    }

    func optionalTexts(_ name: String) throws(FieldError) -> [String]? {
        guard let value = value(name) else { return nil }
        guard case .array(let elements) = value else {
            throw error(name, "must be an array of strings")
        }
        var texts: [String] = []
        for element in elements {
            guard case .string(let text) = element else {
                throw error(name, "must be an array of strings")
            }
            texts.append(text)
        }
        return texts
    }

    /// A text that names one of a few values.
    func optionalChoice<Value: RawRepresentable<String> & CaseIterable>(
        _ name: String
    ) throws(FieldError) -> Value? {
        guard let text = try optionalText(name) else { return nil }
        for value in Value.allCases where value.rawValue.utf8.elementsEqual(text.utf8) {
            return value
        }
        let names = Value.allCases.map(\.rawValue).joined(separator: ", ")
        throw error(name, "is none of \(names)")
    }

    func choice<Value: RawRepresentable<String> & CaseIterable>(
        _ name: String
    ) throws(FieldError) -> Value {
        try required(name, try optionalChoice(name))
    }

    func optionalTime(_ name: String) throws(FieldError) -> Timestamp? {
        guard let text = try optionalText(name) else { return nil }
        guard let time = Timestamp(rfc3339: text) else {
            throw error(
                name, "is not an RFC 3339 time with an offset, such as 2026-11-21T06:33:03Z")
        }
        return time
    }

    func time(_ name: String) throws(FieldError) -> Timestamp {
        try required(name, try optionalTime(name))
    }
}

// MARK: Other values

extension FieldReader {
    func optionalBool(_ name: String) throws(FieldError) -> Bool? {
        guard let value = value(name) else { return nil }
        guard case .bool(let bool) = value else { throw error(name, "must be true or false") }
        return bool
    }

    /// An integer within bounds, written without fraction and exponent.
    func optionalInteger(
        _ name: String, in range: ClosedRange<Int64>
    ) throws(FieldError) -> Int64? {
        guard let value = value(name) else { return nil }
        switch value {
        case .integer(let integer) where range.contains(integer): return integer
        case .integer: throw error(name, "is out of range")
        case .number(let lexical) where !lexical.utf8.contains(where: Self.isOfFraction):
            throw error(name, "is out of range")
        default: throw error(name, "must be an integer, without fraction and exponent")
        }
    }

    private static func isOfFraction(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: ".") || byte | 0x20 == UInt8(ascii: "e")
    }

    /// The fields of an object within the object; none where it is absent or null.
    func optionalObject(_ name: String, knownNames: [String]) throws(FieldError) -> FieldReader? {
        guard let value = value(name) else { return nil }
        guard case .object(let members) = value else { throw error(name, "must be an object") }
        let path = Self.path(parent, name)
        return try FieldReader(members, of: path, knownNames: knownNames, owner: path)
    }

    func object(_ name: String, knownNames: [String]) throws(FieldError) -> FieldReader {
        try required(name, try optionalObject(name, knownNames: knownNames))
    }
}
