/// A delivery or a body that is not what it has to be.
///
/// Two errors are equal when code and field are; the message is for people and may be reworded. It
/// says what is wrong and what to do, and holds nothing of a secret, a signature or a body.
public struct PlatformError: Error, Sendable, Equatable {
    /// What is wrong, as a program would distinguish it.
    @nonexhaustive
    public enum Code: String, Sendable, Hashable, CaseIterable {
        /// A signing secret cannot be used.
        case invalidSecret
        /// A setting contradicts itself or names nothing.
        case invalidSetting
        /// A header that the scheme needs is missing.
        case missingHeader
        /// A header that the scheme has once is there several times.
        case repeatedHeader
        /// A header is not written as the scheme has it.
        case malformedHeader
        /// No signature is right: another secret made it, or the delivery was changed on its way.
        case signatureMismatch
        /// The delivery was signed too long ago, or in the future.
        case outsideWindow
        /// The body is longer than bodies may be.
        case bodyTooLong
        /// The body could not be decompressed.
        case notDecompressed
        /// The body is not JSON of the form expected.
        case invalidBody
        /// A field is missing or of another type.
        case invalidField
    }

    /// What is wrong.
    public let code: Code
    /// The header, the field or the setting concerned, empty where none is.
    public let field: String
    /// What is wrong with what, and what to do.
    public let message: String

    init(_ code: Code, _ message: String) {
        self.init(code, "", message)
    }

    init(_ code: Code, _ field: String, _ message: String) {
        self.code = code
        self.field = field
        self.message = message
    }

    /// Compares code and field, not the wording.
    public static func == (left: PlatformError, right: PlatformError) -> Bool {
        left.code == right.code && left.field == right.field
    }
}

extension PlatformError: CustomStringConvertible {
    /// The message.
    public var description: String { message }
}
