internal import AccountLedger
internal import LedgerAudit
internal import LedgerDomain
internal import LedgerFormat

/// Says which credentials and selections are others at one moment than at an earlier one.
struct ChangesBetween {
    let ledger: Ledger
    let console: Console
    let global: GlobalOptions

    /// How many rows are others, for people.
    private struct Count {
        var users = 0
        var kinds: [ChangeLine.Kind: [ChangeLine.Manner: Int]] = [:]

        mutating func add(_ change: RowChange) {
            kinds[change.kind, default: [:]][change.manner, default: 0] += 1
        }

        private func text(_ kind: ChangeLine.Kind, _ manners: [ChangeLine.Manner]) -> String {
            manners.map { "\(kinds[kind]?[$0] ?? 0) \($0.rawValue)" }.joined(separator: ", ")
        }

        var text: String {
            "\(users) \(users == 1 ? "user" : "users");"
                + " credentials: \(text(.credential, [.added, .changed, .revoked]));"
                + " selections: \(text(.selection, [.added, .changed, .removed]))"
        }
    }

    /// Compares; the exit code says whether anything is another.
    func run(
        from first: Moment, to last: Moment, of user: UserID?
    ) throws(CommandFailure) -> ExitStatus {
        let (start, end) = try translated { () throws(LedgerError) in
            try ledger.read { (view) throws(LedgerError) in
                (try view.position(of: first), try view.position(of: last))
            }
        }
        guard start <= end else {
            throw .usage(
                "The first moment of --between is position \(start), after the second, \(end)."
                    + " Give the earlier one first.")
        }
        var rows = RowStream(console.output)
        var count = Count()
        do throws(CommandFailure) {
            try compare(start, end, user, &rows, &count)
        } catch {
            if global.json, error != .readerGone { try rows.end(error) }
            throw error
        }
        let range = "position \(start) and position \(end)"
        if global.json {
            try rows.end()
        } else if count.users == 0 {
            try console.output.writeLine("Identical: nothing differs between \(range).")
        } else {
            try console.output.writeLine("Different between \(range): \(count.text).")
        }
        return count.users == 0 ? .fine : .found
    }

    private func compare(
        _ start: Position, _ end: Position, _ user: UserID?, _ rows: inout RowStream,
        _ count: inout Count
    ) throws(CommandFailure) {
        var progress = Progress(on: console, whileAnswering: true)
        var users = try ChangedUsers(ledger, after: start, through: end, only: user)
        var compared = 0
        while let page = try users.next() {
            var table = Table(["USER", "KIND", "WHICH", "CHANGE", "FIELD", "BEFORE", "AFTER"])
            for user in page {
                let changes = try difference(of: user, start, end)
                if !changes.isEmpty { count.users += 1 }
                for change in changes {
                    count.add(change)
                    if global.json {
                        let name = JSONValue.Member("user", .string(user.text))
                        try rows.add(.object([name] + change.members))
                    } else {
                        add(change, of: user, to: &table)
                    }
                }
            }
            if !table.rows.isEmpty {
                try console.output.write(table.text(global.style(console)))
            }
            compared += page.count
            progress.update("\(compared) users compared")
            guard !console.interruption.isRequested else {
                progress.clear()
                throw .stopped(
                    "Stopped after \(compared) users; nothing was changed. Run it again.")
            }
        }
        progress.clear()
    }

    private func difference(
        of user: UserID, _ start: Position, _ end: Position
    ) throws(CommandFailure) -> [RowChange] {
        let difference = try translated { () throws(LedgerError) in
            try ledger.read { (view) throws(LedgerError) in
                try view.difference(of: user, from: start, to: end)
            }
        }
        return RowChange.all(difference)
    }

    /// A line for each field; user and row stand in the first.
    private func add(_ change: RowChange, of user: UserID, to table: inout Table) {
        var front = [user.text, change.kind.rawValue, change.key, change.manner.rawValue]
        for line in change.lines {
            table.add((front + [line.field, line.before, line.after]).map { .init($0) })
            front = front.map { _ in "" }
        }
    }
}
