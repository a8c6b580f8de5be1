package import LedgerDomain

/// A JSON value as its text says it.
///
/// Foundation's JSON types were rejected: they do not tell `1` from `1.0`, take the last of two
/// members with one name without a word, and bound the depth on some platforms only. A line of a
/// ledger needs all three told apart.
package enum JSONValue: Sendable {
    /// One member of an object.
    package struct Member: Sendable {
        package var name: String
        package var value: JSONValue

        package init(_ name: String, _ value: JSONValue) {
            self.name = name
            self.value = value
        }
    }

    case null
    case bool(Bool)
    /// A number written without fraction and exponent that fits 64 bits.
    case integer(Int64)
    /// Any other number, as it was written.
    case number(String)
    case string(String)
    case array([JSONValue])
    /// The members in their order; reading refuses a name that occurs twice.
    case object([Member])
}

extension JSONValue {
    /// Makes an object of the members that have a value, in the order given.
    package init(_ members: KeyValuePairs<String, JSONValue?>) {
        self = .object(members.compactMap { name, value in value.map { Member(name, $0) } })
    }

    /// A text, none where there is none.
    package static func text(_ text: String?) -> JSONValue? { text.map { .string($0) } }

    /// An identifier's text, none where there is none.
    package static func text<Kind>(_ identifier: Identifier<Kind>?) -> JSONValue? {
        text(identifier?.text)
    }

    /// A time in RFC 3339, none where there is none.
    package static func time(_ time: Timestamp?) -> JSONValue? { text(time?.description) }

    /// A number of the log; what no log reaches is clamped.
    package static func number(_ number: UInt64) -> JSONValue { .integer(Int64(clamping: number)) }

    /// `true`, or nothing.
    package static func flag(_ isSet: Bool) -> JSONValue? { isSet ? .bool(true) : nil }
}

extension JSONValue {
    /// Compact JSON on one line: members in their order, nothing escaped but what RFC 8259 demands.
    package var serialized: String {
        var text = ""
        write(to: &text)
        return text
    }

    private func write(to text: inout String) {
        switch self {
        case .null: text += "null"
        case .bool(let value): text += value ? "true" : "false"
        case .integer(let value): text += String(value)
        case .number(let lexical): text += lexical
        case .string(let value): Self.write(value, to: &text)
        case .array(let elements):
            Self.write(elements, between: ("[", "]"), to: &text) { $0.write(to: &$1) }
        case .object(let members):
            Self.write(members, between: ("{", "}"), to: &text) { member, text in
                Self.write(member.name, to: &text)
                text += ":"
                member.value.write(to: &text)
            }
        }
    }

    private static func write<Element>(
        _ elements: [Element], between brackets: (String, String), to text: inout String,
        _ write: (Element, inout String) -> Void
    ) {
        text += brackets.0
        for (index, element) in elements.enumerated() {
            if index > 0 { text += "," }
            write(element, &text)
        }
        text += brackets.1
    }

    /// Whether a byte of a text cannot stand in a string as it is.
    private static func isEscaped(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private static func write(_ value: String, to text: inout String) {
        guard value.utf8.contains(where: isEscaped) else {
            // Nearly every text: copying it whole is several times faster.
            text += "\""
            text += value
            text += "\""
            return
        }
        text += "\""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case ..<" ":
                text += "\\u00" + [UInt8(truncatingIfNeeded: scalar.value)].lowercaseHexadecimal
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}
