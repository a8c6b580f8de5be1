internal import LedgerAudit
internal import LedgerDomain
internal import LedgerFormat

/// A row of a user's accounts or selections at two moments, ready to be told.
struct RowChange {
    let kind: ChangeLine.Kind
    let manner: ChangeLine.Manner
    /// The credential's id or the toolkit.
    let key: String
    /// The fields that differ, but for the version and the position, which move by themselves.
    let fields: [ExplanationLine.Change]
    private let before: JSONValue?
    private let after: JSONValue?
    /// A new row in a phrase.
    private let phrase: String?

    init(_ change: UserDifference.Change<Credential>) {
        kind = .credential
        (before, after) = (
            change.before.map(CredentialLine.json), change.after.map(CredentialLine.json)
        )
        key = (change.after ?? change.before)?.id.text ?? ""
        fields = after.map { [before] in ExplanationLine.changes(from: before, to: $0) } ?? []
        switch (change.before, change.after) {
        case (nil, _): manner = .added
        case (let old?, let new?): manner = old.isLive && !new.isLive ? .revoked : .changed
        case (_, nil): manner = .removed
        }
        phrase = change.before == nil ? change.after.map(Self.phrase) : nil
    }

    init(_ change: UserDifference.Change<Selection>) {
        kind = .selection
        (before, after) = (
            change.before.map(SelectionLine.json), change.after.map(SelectionLine.json)
        )
        key = (change.after ?? change.before)?.toolkit.text ?? ""
        fields = after.map { [before] in ExplanationLine.changes(from: before, to: $0) } ?? []
        manner = change.before == nil ? .added : change.after == nil ? .removed : .changed
        phrase = change.before == nil ? Self.phrase(fields, change.after?.because) : nil
    }

    /// The rows that differ, credentials first.
    static func all(_ difference: UserDifference) -> [RowChange] {
        difference.credentials.map { RowChange($0) } + difference.selections.map { RowChange($0) }
    }

    /// The members of the row's object.
    var members: [JSONValue.Member] {
        ChangeLine.json(kind, manner, key: key, before: before, after: after, fields)
    }

    /// What is another, as field, value before and value after; a whole row has no field's name.
    var lines: [(field: String, before: String, after: String)] {
        if let phrase { return [("", "-", phrase)] }
        if manner == .removed { return [("", "nothing left to select", "-")] }
        if fields.isEmpty { return [("", "its version only", "")] }
        return fields.map { change in
            (change.field, ExplanationLine.words(change.from), ExplanationLine.words(change.to))
        }
    }

    /// What is another, a sentence for each field.
    var sentences: [String] {
        lines.map { line in
            guard !line.field.isEmpty else {
                return phrase ?? (manner == .removed ? "nothing left to select" : line.before)
            }
            return "\(line.field): \(line.before) -> \(line.after)"
        }
    }

    private static func phrase(
        _ fields: [ExplanationLine.Change], _ rule: Selection.Rule?
    ) -> String {
        let named = fields.filter { ["result", "credential", "candidates"].contains($0.field) }
        return named.map { ExplanationLine.words($0.to) }.joined(separator: " ")
            + (rule.map { ", " + SelectionText.words($0) } ?? "")
    }

    private static func phrase(_ credential: Credential) -> String {
        let label = credential.label.map { ", labelled \($0)" } ?? ""
        return "\(credential.toolkit) \(credential.status.rawValue):"
            + " \(AccountText.account(credential)), grant \(credential.grant)" + label
    }
}
