internal import LedgerFormat

/// What became of the rows of an import.
struct ImportCount: Hashable {
    /// Rows that were recorded.
    var imported = 0
    /// Rows that were recorded before.
    var unchanged = 0
    /// Rows that are no grants, and grants that were refused.
    var rejected = 0
    /// Rows that were left out because another one of their batch was rejected.
    var undone = 0
    /// Labels that were left out because another credential has them.
    var labelsDropped = 0

    var rows: Int { imported + unchanged + rejected + undone }

    var json: JSONValue {
        JSONValue([
            "imported": .integer(Int64(imported)),
            "unchanged": .integer(Int64(unchanged)),
            "rejected": .integer(Int64(rejected)),
            "undone": .integer(Int64(undone)),
            "labelsDropped": .integer(Int64(labelsDropped)),
        ])
    }

    var text: String {
        "\(imported) imported, \(unchanged) unchanged, \(rejected) rejected"
            + (undone > 0 ? ", \(undone) undone with them" : "")
            + (labelsDropped > 0 ? "; \(labelsDropped) labels dropped, being taken" : "")
    }
}
