internal import AccountLedger
internal import LedgerDomain
internal import LedgerFormat
internal import LedgerProjections
internal import LedgerStorage

/// How far the reactors of a ledger are, as `stat` tells it.
struct ReactorLines {
    /// A reactor, or why nothing can be told of it.
    private struct Line {
        let name: String
        let state: Result<State, ReactorError>
    }

    private struct State {
        let position: Position
        let behind: UInt64
        let parked: Int
        /// The first record of the line that failed, and is tried again.
        let failing: (position: Position, attempts: FailedAttempts)?

        init(_ store: ReactorStore) throws(ReactorError) {
            position = try store.checkpoint().position
            let head = try store.head()
            behind = head.number - min(head.number, position.number)
            parked = try store.parkedCount()
            failing = try store.failingRecords().min { $0.key < $1.key }
                .map { ($0.key, $0.value) }
        }
    }

    private let lines: [Line]

    init(of ledger: Ledger) {
        lines = ledger.reactorNames.map { name in
            Line(
                name: name,
                state: Result { () throws(ReactorError) in
                    let store = try ledger.existingReactor(name, .readOnly)
                    defer { store.close() }
                    return try State(store)
                })
        }
    }

    var json: JSONValue { .array(lines.map(json)) }

    private func json(_ line: Line) -> JSONValue {
        switch line.state {
        case .failure(let error):
            JSONValue(["reactor": .string(line.name), "problem": .string(error.message)])
        case .success(let state):
            JSONValue([
                "reactor": .string(line.name),
                "position": .number(state.position.number),
                "behind": .number(state.behind),
                "parked": .integer(Int64(state.parked)),
                "failing": state.failing.map { failing in
                    JSONValue([
                        "position": .number(failing.position.number),
                        "attempts": .integer(Int64(failing.attempts.count)),
                        "failure": .string(failing.attempts.failure),
                        "dueAt": .time(failing.attempts.dueAt),
                    ])
                } ?? .null,
            ])
        }
    }

    /// A table after an empty line; nothing where there are no reactors.
    func text(_ style: Style) -> String {
        guard !lines.isEmpty else { return "" }
        var table = Table(["REACTOR", "POSITION", "BEHIND", "PARKED", "FAILING"])
        for line in lines {
            switch line.state {
            case .failure(let error): table.add([.init(line.name, .red), .init(error.message)])
            case .success(let state):
                let failing = state.failing.map {
                    "record \($0.position), \($0.attempts.count) attempts: \($0.attempts.failure)"
                }
                table.add([
                    .init(line.name), .init(state.position.description), .init("\(state.behind)"),
                    .init("\(state.parked)", state.parked > 0 ? .red : .plain), .init(failing),
                ])
            }
        }
        return "\n" + table.text(style)
    }
}
