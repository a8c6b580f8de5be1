public import LedgerDomain
internal import LedgerFormat

extension DecisionScenario {
    /// The name of the credential that a scenario makes as its first, second, third.
    public static func credentialID(_ number: Int) -> CredentialID {
        CredentialID("cred_" + padded(number, 26))
    }

    /// The token of the state that a scenario issues as its first, second, third.
    public static func stateToken(_ number: Int) -> StateToken {
        StateToken("state" + padded(number, 38))
    }

    /// The digest of the state that a scenario issues as its first, second, third.
    public static func state(_ number: Int) -> StateDigest {
        StateDigest(of: stateToken(number))
    }

    static func eventID(_ position: Position, at time: Timestamp) -> EventID {
        let number = (0..<8).map {
            UInt8(truncatingIfNeeded: position.number >> UInt64(56 - 8 * $0))
        }
        return EventID(at: time, random: Array(repeating: 0, count: 8) + number)
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
