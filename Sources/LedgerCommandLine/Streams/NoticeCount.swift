internal import LedgerFormat

/// What became of the notices and listed grants of an import.
struct NoticeCount: Hashable {
    /// Those that changed the ledger.
    var applied = 0
    /// Those that had nothing to change.
    var unchanged = 0
    /// Those that were recorded as overtaken by a later one.
    var superseded = 0
    /// Those that change no grant.
    var ignored = 0
    /// Those of which it is not known whose they are.
    var unattributed = 0
    /// Those that are no notices, and those that were refused.
    var rejected = 0

    var total: Int { applied + unchanged + superseded + ignored + unattributed + rejected }

    var isClean: Bool { unattributed + rejected == 0 }

    var json: JSONValue {
        JSONValue([
            "applied": .integer(Int64(applied)),
            "unchanged": .integer(Int64(unchanged)),
            "superseded": .integer(Int64(superseded)),
            "ignored": .integer(Int64(ignored)),
            "unattributed": .integer(Int64(unattributed)),
            "rejected": .integer(Int64(rejected)),
        ])
    }

    var text: String {
        "\(applied) applied, \(unchanged) unchanged, \(superseded) superseded, \(ignored) ignored,"
            + " \(unattributed) unattributed, \(rejected) rejected"
    }
}
