public import LedgerDomain

/// Why a wait for a connection ended without one.
///
/// Two errors are equal when their codes are; the message is for people. It holds no token, e-mail
/// address or label.
public struct ConnectionWaitError: Error, Sendable, Equatable {
    /// What came in between, as a program would distinguish it.
    @nonexhaustive
    public enum Code: Sendable, Hashable {
        /// No such state was issued on this ledger.
        case unknownState
        /// The state ended before it was used.
        case stateExpired(at: Timestamp)
        /// A link with the state was refused, in this process.
        case refused(Refusal)
        /// The application has said in this process that the authorization failed.
        case failed(reason: String)
        /// The time to wait is over; the state may still be used.
        case timedOut
    }

    /// What came in between.
    public let code: Code
    /// What came in between, and what to do.
    public let message: String

    init(_ code: Code) {
        self.code = code
        message =
            switch code {
            case .unknownState:
                "No such state was issued on this ledger. Begin another authorization."
            case .stateExpired(let time):
                "The state ended at \(time) without being used. Begin another authorization."
            case .refused(let refusal):
                "The link was refused (\(refusal.name)). Do what that asks for, and wait again or"
                    + " begin another authorization."
            case .failed:
                "The application has said that the authorization failed. Begin another one."
            case .timedOut:
                "The time to wait is over. The state may still be used: wait again, or begin"
                    + " another authorization."
            }
    }

    /// Compares codes, not the wording.
    public static func == (left: ConnectionWaitError, right: ConnectionWaitError) -> Bool {
        left.code == right.code
    }
}

extension ConnectionWaitError: CustomStringConvertible {
    /// The message.
    public var description: String { message }
}
