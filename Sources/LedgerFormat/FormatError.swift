/// Bytes that are not what the format says.
///
/// Corrupt data is an error, never a trap. The message names the field and what is wrong, not its
/// content.
package struct FormatError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: Hashable, Sendable {
        /// The bytes end in the middle.
        case truncated
        /// Bytes follow on the end.
        case trailingBytes
        /// The bytes are not protobuf.
        case malformed
        /// A newer version wrote an event that this one does not know: its field number.
        case unknownEvent(number: Int)
        /// A field that this version does not know.
        case unknownField(in: String)
        /// A number that stands for nothing.
        case unknownEnumValue(field: String, value: Int)
        /// A required field is absent.
        case missingField(String)
        /// A field is outside its limits.
        case invalidField(String, reason: String)
        /// The same content has another encoding, and only that one is allowed.
        case notCanonical
        /// The record is larger than `RecordCodec.maximumSize`.
        case tooLarge(bytes: Int)
        /// The ledger's format is newer than this version of the package.
        case newerFormat(found: Int)
    }

    package let code: Code

    package init(_ code: Code) {
        self.code = code
    }

    /// Whether a newer version of the package wrote what this one cannot read.
    package var isOfNewerVersion: Bool {
        switch code {
        case .newerFormat, .unknownEvent: true
        case .truncated, .trailingBytes, .malformed, .unknownField, .unknownEnumValue,
            .missingField, .invalidField, .notCanonical, .tooLarge:
            false
        }
    }

    package var description: String {
        switch code {
        case .truncated: "the bytes end in the middle of a field"
        case .trailingBytes: "bytes follow on the end of the message"
        case .malformed: "the bytes are not a protobuf message"
        case .unknownEvent(let number):
            "field \(number) holds an event that this version does not know; use a newer version"
        case .unknownField(let message): "\(message) has a field that this version does not know"
        case .unknownEnumValue(let field, let value): "\(field) has the unknown value \(value)"
        case .missingField(let field): "\(field) is missing"
        case .invalidField(let field, let reason): "\(field) \(reason)"
        case .notCanonical: "the bytes are not in canonical form"
        case .tooLarge(let bytes):
            "the record has \(bytes) bytes, more than \(RecordCodec.maximumSize)"
        case .newerFormat(let found):
            "format \(found) is newer than \(LedgerHeader.currentFormat); use a newer version"
        }
    }
}
