package import LedgerDomain

/// A row of `active`: every column is there, null where it has no value.
package enum SelectionLine {
    package static func json(_ selection: Selection) -> JSONValue {
        JSONValue([
            "toolkit": .text(selection.toolkit),
            "result": .string(selection.result.name),
            "credential": .text(selection.result.named) ?? .null,
            "because": .text(selection.because?.rawValue) ?? .null,
            "passedOver": .array(selection.passedOver.map(json)),
            "candidates": selection.result.candidates ?? .null,
            "position": .number(selection.position.number),
        ])
    }

    /// The answer alone: what is not there has no member.
    package static func json(_ result: Selection.Result) -> JSONValue {
        JSONValue([
            "result": .string(result.name), "credential": .text(result.named),
            "candidates": result.candidates,
        ])
    }

    private static func json(_ passedOver: Selection.PassedOver) -> JSONValue {
        JSONValue([
            "credential": .text(passedOver.credential), "why": .string(passedOver.why.rawValue),
        ])
    }
}

extension Selection.Result {
    fileprivate var name: String {
        switch self {
        case .credential: "credential"
        case .needsReconnect: "needsReconnect"
        case .revoked: "revoked"
        case .ambiguous: "ambiguous"
        case .none: "none"
        }
    }

    fileprivate var named: CredentialID? {
        switch self {
        case .credential(let one), .needsReconnect(let one), .revoked(let one): one
        case .ambiguous, .none: nil
        }
    }

    fileprivate var candidates: JSONValue? {
        guard case .ambiguous(let several) = self else { return nil }
        return .array(several.map { .string($0.text) })
    }
}
