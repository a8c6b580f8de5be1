/// Why bytes are not one JSON value, and where.
///
/// The message never repeats what the bytes say: they may be anything, a token included.
package struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Reason: Hashable, Sendable {
        /// The bytes are not UTF-8.
        case notUTF8
        /// The bytes end before the value does.
        case unexpectedEnd
        /// A byte stands where the grammar has no place for it.
        case unexpectedByte
        /// A control character stands unescaped in a string.
        case controlCharacter
        /// A backslash is followed by nothing that RFC 8259 names.
        case invalidEscape
        /// An escape names half a character.
        case loneSurrogate
        /// A number has a leading zero, or lacks digits.
        case invalidNumber
        /// A name occurs twice in one object.
        case duplicateName
        /// Arrays and objects are nested deeper than `JSONParser.maximumDepth`.
        case tooDeep
        /// Something follows the value.
        case trailingBytes
    }

    package let reason: Reason
    /// The number of bytes before the place.
    package let offset: Int

    package init(_ reason: Reason, at offset: Int) {
        self.reason = reason
        self.offset = offset
    }

    package var description: String { "\(what) at byte \(offset)" }

    private var what: String {
        switch reason {
        case .notUTF8: "is not UTF-8"
        case .unexpectedEnd: "is not JSON: it ends too early"
        case .unexpectedByte: "is not JSON: unexpected byte"
        case .controlCharacter: "is not JSON: control character in a string"
        case .invalidEscape: "is not JSON: unknown escape"
        case .loneSurrogate: "is not JSON: half a surrogate pair"
        case .invalidNumber: "is not JSON: number with a leading zero or without digits"
        case .duplicateName: "has a name twice in one object"
        case .tooDeep: "is nested deeper than \(JSONParser.maximumDepth) levels"
        case .trailingBytes: "is not JSON: something follows the value"
        }
    }
}
