/// A claim of a token that is missing or not as it has to be.
///
/// It names the claim and holds nothing of its value.
public struct ClaimError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong.
    @nonexhaustive
    public enum Code: Hashable, Sendable {
        /// The token has no such claim.
        case missing
        /// The value is of another kind than expected.
        case kind
        /// The value is not accepted.
        case refused
    }

    /// What is wrong.
    public let code: Code
    /// The claim's name.
    public let claim: String
    /// What is wrong with it, for people.
    public let message: String

    init(_ code: Code, _ claim: String, _ reason: String) {
        self.code = code
        self.claim = claim
        message =
            code == .missing
            ? "The token has no claim \(claim). Ask the issuer for one that has."
            : "The token's claim \(claim) \(reason). Ask the issuer for another token."
    }

    /// Compares code and claim, not the wording.
    public static func == (left: ClaimError, right: ClaimError) -> Bool {
        left.code == right.code && left.claim == right.claim
    }

    /// Hashes code and claim.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(code)
        hasher.combine(claim)
    }

    /// The message.
    public var description: String { message }
}
