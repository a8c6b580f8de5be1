internal import AccountLedger
internal import LedgerAudit
internal import LedgerDomain
internal import LedgerFormat
internal import LedgerStorage

/// Steps through a user's records, with accounts and selections before and after each.
struct UserWatch {
    let ledger: Ledger
    let console: Console
    let global: GlobalOptions

    /// Shows the steps: by keys on a terminal, one after the other elsewhere.
    func run(
        _ user: UserID, through end: Position
    ) async throws(CommandFailure) -> ExitStatus {
        let places = try translated { () throws(LedgerError) in
            try ledger.read { (view) throws(LedgerError) in
                try view.positions(of: user, through: end)
            }
        }
        guard !places.isEmpty else {
            try console.output.writeLine("Nothing happened.")
            return .fine
        }
        guard console.isOutputTerminal, let keys = console.takeKeys else {
            return try printAll(user, places)
        }
        let mode = keys()
        defer { mode?.end() }
        return try await show(user, places)
    }

    private func printAll(
        _ user: UserID, _ places: [Position]
    ) throws(CommandFailure) -> ExitStatus {
        var walk = UserWalk(user)
        for (index, position) in places.enumerated() {
            let look = try look(&walk, at: position)
            try console.output.write(screen(look, walk.state, index + 1, of: places.count) + "\n")
            if console.interruption.isRequested {
                throw .stopped("Stopped after position \(position); nothing was changed.")
            }
        }
        return .fine
    }

    private func look(
        _ walk: inout UserWalk, at position: Position
    ) throws(CommandFailure) -> (before: UserState, step: UserStep)? {
        try translated { () throws(LedgerError) in
            try ledger.read { (view) throws(LedgerError) in try view.look(&walk, at: position) }
        }
    }

    /// Shows a step at a time, as the keys ask for.
    private func show(
        _ user: UserID, _ places: [Position]
    ) async throws(CommandFailure) -> ExitStatus {
        let input = StoppableInput(console.interruption, read: console.input)
        var place = WatchPlace(places)
        while true {
            try draw(user, place)
            switch await input.next(upTo: 64) {
            case .stopped:
                throw .stopped("Stopped at position \(place.position); nothing was changed.")
            case .failed(let error): throw CommandFailure(error)
            case .bytes(let bytes):
                guard !bytes.isEmpty, place.follow(WatchKey.keys(bytes)) else { return .fine }
            }
        }
    }

    /// Draws the step at a place, folded from the first record: going back is as quick as going on.
    private func draw(_ user: UserID, _ place: WatchPlace) throws(CommandFailure) {
        var walk = UserWalk(user)
        let look = try look(&walk, at: place.position)
        let clear = console.environment["TERM"] == "dumb" ? "" : "\u{1B}[H\u{1B}[2J"
        let keys = "space next  b back  g first  G last  position and return  q quit"
        let typed = place.typed.isEmpty ? keys : "Go to position: \(place.typed)"
        try console.output.write(
            clear + screen(look, walk.state, place.index + 1, of: place.count) + "\n"
                + global.style(console).apply(.dim, to: typed) + "\n")
        try console.output.flush()
    }

    private func screen(
        _ look: (before: UserState, step: UserStep)?, _ after: UserState, _ number: Int,
        of count: Int
    ) -> String {
        guard let (before, step) = look else { return "" }
        let style = global.style(console)
        let text = StepText(times: global.times(console), style: style)
        let changes = RowChange.all(step.difference)
        let view = UserViewText(
            policy: ledger.policy, touched: Set(changes.map(\.key)), times: global.times(console),
            style: style)
        return style.apply(.bold, to: "Step \(number) of \(count)") + "\n"
            + text.heading(step.record) + text.changes(changes) + "\n"
            + style.apply(.bold, to: "Before") + "\n" + view.text(before)
            + "\n" + style.apply(.bold, to: "After") + "\n" + view.text(after)
    }
}
