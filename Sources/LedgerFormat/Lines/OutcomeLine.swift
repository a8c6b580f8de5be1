package import LedgerDomain

/// The line that answers a command, as `schemas/outcomes` has it: what has no value is left out.
package enum OutcomeLine {
    /// Describes what became of the command that the line with this number, from 1, brought.
    package static func json(_ outcome: Outcome, line: Int) -> JSONValue {
        switch outcome {
        case .applied(let receipt): json(receipt, "applied", line)
        case .unchanged(let receipt): json(receipt, "unchanged", line)
        case .refused(let refusal): json(refusal, line)
        }
    }

    private static func json(_ receipt: Receipt, _ outcome: String, _ line: Int) -> JSONValue {
        JSONValue([
            "line": .integer(Int64(line)),
            "outcome": .string(outcome),
            "positions": receipt.positions.map {
                .array([.number($0.lowerBound.number), .number($0.upperBound.number)])
            },
            "userVersion": .number(receipt.userVersion.number),
            "credential": .text(receipt.credential),
            "kind": .text(receipt.kind?.rawValue),
            "superseded": .flag(receipt.superseded),
            "previousGrant": .text(receipt.previousGrant),
            "labelDropped": .flag(receipt.labelDropped),
            "state": .text(receipt.state?.secret),
            "expiresAt": .time(receipt.expiresAt),
        ])
    }

    private static func json(_ refusal: Refusal, _ line: Int) -> JSONValue {
        var members: [JSONValue.Member] = [
            .init("line", .integer(Int64(line))),
            .init("outcome", .string("refused")),
            .init("refusal", .string(refusal.name)),
        ]
        if case .object(let context) = context(refusal) { members += context }
        return .object(members)
    }

    /// What the caller needs to act.
    private static func context(_ refusal: Refusal) -> JSONValue {
        switch refusal {
        case .invalid(let field, let reason):
            JSONValue(["field": .string(field), "reason": .string(reason)])
        case .idempotencyKeyReused(let field): JSONValue(["field": .string(field)])
        case .versionConflict(let current): JSONValue(["userVersion": .number(current.number)])
        case .stateExpired(let time): JSONValue(["expiresAt": .time(time)])
        case .toolkitMismatch(let toolkit): JSONValue(["toolkit": .text(toolkit)])
        case .unknownState, .stateAlreadyUsed, .unknownCredential, .unknownGrant: JSONValue([:])
        case .grantAlreadyLinked(let credential), .accountAlreadyLinked(let credential):
            JSONValue(["credential": .text(credential)])
        case .credentialRevoked(let credential), .accountMismatch(let credential),
            .alreadyConnected(let credential), .labelTaken(let credential):
            JSONValue(["credential": .text(credential)])
        case .accountLimitReached(let limit): JSONValue(["limit": .integer(Int64(limit))])
        case .notUsable(let credential, let status):
            JSONValue(["credential": .text(credential), "status": .string(status.rawValue)])
        }
    }
}
