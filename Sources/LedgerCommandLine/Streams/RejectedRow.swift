internal import LedgerDomain
internal import LedgerFormat

/// A row that was not imported, and why.
struct RejectedRow: Hashable {
    /// The line that the row begins on.
    let line: Int
    /// The refusal's name; `invalid` where the row is no grant.
    let refusal: String
    /// The column of the table that is to blame, where one is.
    let field: String?
    let reason: String

    init(line: Int, refusal: String = "invalid", field: String?, reason: String) {
        self.line = line
        self.refusal = refusal
        self.field = field
        self.reason = reason
    }

    init(
        line: Int, _ refusal: Refusal,
        column: (String) -> String = { UserGrantsReader.column(of: $0) }
    ) {
        self.line = line
        self.refusal = refusal.name
        if case .invalid(let field, let reason) = refusal {
            self.field = column(field)
            self.reason = reason
        } else {
            field = nil
            reason = RefusalText.sentence(refusal)
        }
    }

    var json: JSONValue {
        JSONValue([
            "line": .integer(Int64(line)),
            "refusal": .string(refusal),
            "field": .text(field) ?? .null,
            "reason": .string(reason),
        ])
    }

    var text: String {
        let place = [refusal, field].compactMap { $0 }.joined(separator: ": ")
        return "line \(line): \(place): \(reason)"
    }
}
