internal import LedgerDomain
internal import LedgerFormat
internal import LedgerProjections

/// A line of `tail`, as `schemas/tail.json` has it: what has no value is left out.
enum ChangeFeedLine {
    static func json(_ change: AccountChange) -> JSONValue {
        let base: [JSONValue.Member] = members([
            ("change", .string(change.kind.name)),
            ("position", .number(change.position.number)),
            ("index", change.place.index.map { .number(UInt64($0)) }),
            ("id", .text(change.place.id?.description)),
            ("recordedAt", .time(change.recordedAt)),
            ("effectiveAt", .time(change.effectiveAt)),
            ("user", .text(change.user)),
            ("toolkit", .text(change.toolkit)),
            ("credential", .text(change.credential)),
            ("member", .text(change.member)),
            (
                "actor",
                JSONValue([
                    "kind": .string(change.actor.kind.rawValue), "id": .text(change.actor.id),
                ])
            ),
            ("correlationID", .text(change.correlationID)),
        ])
        return .object(base + members(fields(change.kind)))
    }

    /// The line that says that everything up to a place was written.
    static func json(caughtUp place: ChangePlace) -> JSONValue {
        JSONValue([
            "change": .string("caughtUp"), "position": .number(place.position.number),
            "id": .text(place.id?.description),
        ])
    }

    private static func fields(_ kind: AccountChange.Kind) -> [(String, JSONValue?)] {
        switch kind {
        case .connected(let grant): [("grant", .text(grant))]
        case .reconnected(let grant, let previous), .replaced(let grant, let previous):
            [("grant", .text(grant)), ("previousGrant", .text(previous))]
        case .expired(let grant, let reason):
            [("grant", .text(grant)), ("reason", .text(reason))]
        case .revoked(let grant, let reason):
            [("grant", .text(grant)), ("reason", .text(reason))]
        case .labelChanged(let label): [("label", .text(label))]
        case .selectionChanged(let from, let to, let rule):
            [
                ("from", SelectionLine.json(from)), ("to", SelectionLine.json(to)),
                ("because", .text(rule?.rawValue)),
            ]
        case .lateNotice(let status, let grant, let reason, let notice):
            [
                ("status", .string(status.rawValue)), ("grant", .text(grant)),
                ("reason", .text(reason)), ("notice", .text(notice)),
            ]
        }
    }

    private static func members(_ pairs: [(String, JSONValue?)]) -> [JSONValue.Member] {
        pairs.compactMap { name, value in value.map { JSONValue.Member(name, $0) } }
    }
}
