internal import LedgerDomain

/// Selections in words, with the numbers that a report gives credentials.
struct SelectionWords {
    /// The most accounts that are named where many were passed over.
    private static let mostNames = 5

    let numbers: [CredentialID: Int]

    /// What a credential is called.
    func name(_ credential: CredentialID) -> String {
        numbers[credential].map { "account \($0)" } ?? credential.text
    }

    /// What acts, and why.
    func text(_ selection: Selection?) -> String {
        guard let selection else { return "nothing to select from" }
        let rule = selection.because.map { ", " + SelectionText.words($0) } ?? ""
        return switch selection.result {
        case .credential(let one): "acts as \(name(one))\(rule)"
        case .needsReconnect(let one): "\(name(one)) needs to be reconnected\(rule)"
        case .revoked(let one): "\(name(one)) is chosen and was revoked"
        case .ambiguous(let several):
            "a choice is required among \(listed(several.map(name)))"
        case .none: "nothing is connected"
        }
    }

    /// What is passed over, each with its reason.
    func passedOver(_ others: [Selection.PassedOver]) -> [String] {
        let named = others.prefix(Self.mostNames).map { other in
            "\(name(other.credential)), \(SelectionText.words(other.why))"
        }
        let rest = others.count - named.count
        return named + (rest > 0 ? ["\(rest) more"] : [])
    }

    /// What is passed over at a later moment only, or at an earlier one only.
    func movement(from before: Selection?, to after: Selection?) -> String {
        let (old, new) = (before?.passedOver ?? [], after?.passedOver ?? [])
        let (known, kept) = (Set(old), Set(new.map(\.credential)))
        let more = new.filter { !known.contains($0) }
        let gone = old.map(\.credential).filter { !kept.contains($0) }
        let parts = [
            more.isEmpty ? nil : "passed over now: " + passedOver(more).joined(separator: "; "),
            gone.isEmpty ? nil : "not passed over any more: " + listed(gone.map(name)),
        ]
        return parts.compactMap { $0 }.joined(separator: "; ")
    }

    private func listed(_ names: [String]) -> String {
        let rest = names.count - Self.mostNames
        let shown = names.prefix(Self.mostNames).joined(separator: ", ")
        return rest > 0 ? shown + " and \(rest) more" : shown
    }
}
