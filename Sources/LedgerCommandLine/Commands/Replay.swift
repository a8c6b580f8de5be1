internal import AccountLedger
internal import ArgumentParser
internal import LedgerDomain
internal import LedgerFormat

/// Folds the log anew, and lists everybody's accounts or what changed them.
struct Replay: Subcommand {
    static let configuration = CommandConfiguration(
        "replay", "Fold the log anew up to a moment and list every user's accounts.",
        """
        Nothing is taken from the views but the index of a user's records. The answer can be long: \
        with --json it is JSON Lines, a row of `accounts` with the user before it.

        --between A B lists the credentials and selections that are others at B than at A, field \
        by field: exit code 0 where there are none, 1 where there are some. With --json it is one \
        envelope. Only the users with records in between are folded, one after the other; more \
        than 10000 records in between are found by a look at every user's index.

        --follow-user U lists U's records with what each changed, up to the head; with --follow it \
        waits for more until it is stopped, and then ends with 4. With --json it is JSON Lines.

        --watch shows U's accounts and selections before and after each record. On a terminal \
        space goes on, b back, a position and return jumps there, q ends; elsewhere all steps \
        are printed.
        """,
        example: "replay --as-of 2026-11-21T06:33:03Z --json")

    private static let usersPerPage = 200

    @OptionGroup var global: GlobalOptions
    @OptionGroup var moment: MomentOptions
    @OptionGroup var mode: ReplayModeOptions

    @Option(parsing: .unconditional, help: ArgumentHelp("This user only.", valueName: "user"))
    var user: UserID?

    @Option(
        help: ArgumentHelp("List the rows of this projection instead.", valueName: "name"))
    var projection: String?

    @Flag(help: "List revoked accounts too.")
    var includeRevoked = false

    func validate() throws {
        try checkForm("--user", user)
        if !mode.between.isEmpty, moment.asOf != nil {
            throw ValidationError("--between names its moments itself; leave --as-of out.")
        }
        if mode.followUser != nil, user != nil || mode.follow && moment.asOf != nil {
            throw ValidationError("--follow-user goes without --user, --follow without --as-of.")
        }
        if mode.watch, user == nil || global.json {
            throw ValidationError(
                "--watch needs --user and is for people; programs take --follow-user --json.")
        }
        let isListing = mode.between.isEmpty && mode.followUser == nil && !mode.watch
        if includeRevoked, !isListing {
            throw ValidationError("--include-revoked is for the list of accounts.")
        }
        if projection != nil, user != nil || includeRevoked || !isListing {
            throw ValidationError("--projection goes with --as-of only.")
        }
    }

    func run(on console: Console) async throws(CommandFailure) -> ExitStatus {
        let ledger = try global.open(.readOnly, console)
        defer { ledger.close() }
        if let projection {
            try listRows(of: try console.projection(projection), in: ledger, on: console)
            return .fine
        }
        console.finishWorkBeforeStopping()
        if let moments = mode.moments {
            let changes = ChangesBetween(ledger: ledger, console: console, global: global)
            return try changes.run(from: moments.first, to: moments.last, of: user)
        }
        // The end is fixed, so that all pages tell of one moment.
        let end = try translated { () throws(LedgerError) in
            try ledger.read { (view) throws(LedgerError) in try view.position(of: moment.asOf) }
        }
        if let followed = mode.followUser {
            let text = StepText(times: global.times(console), style: global.style(console))
            let stream = UserStream(
                ledger: ledger, console: console, isJSON: global.json, text: text)
            return try await stream.run(followed, through: mode.follow ? nil : end)
        }
        if mode.watch, let user {
            let watch = UserWatch(ledger: ledger, console: console, global: global)
            return try await watch.run(user, through: end)
        }
        return try list(through: end, ledger, console)
    }

    private func list(
        through end: Position, _ ledger: Ledger, _ console: Console
    ) throws(CommandFailure) -> ExitStatus {
        var last: UserID?
        var progress = Progress(on: console, whileAnswering: true)
        var count = 0
        while let page = try next(after: last, ledger), let user = page.last {
            try write(try accounts(of: page, at: end, ledger), console)
            last = user
            count += page.count
            progress.update("\(count) users")
            guard !console.interruption.isRequested else {
                progress.clear()
                throw .stopped("Stopped after \(count) users; nothing was changed. Run it again.")
            }
        }
        progress.clear()
        return .fine
    }

    /// The next users, none at the end.
    private func next(after last: UserID?, _ ledger: Ledger) throws(CommandFailure) -> [UserID]? {
        if let user { return last == nil ? [user] : nil }
        let users = try translated { () throws(LedgerError) in
            try ledger.read { (view) throws(LedgerError) in
                try view.users(after: last, limit: Self.usersPerPage)
            }
        }
        return users.isEmpty ? nil : users
    }

    private func accounts(
        of users: [UserID], at end: Position, _ ledger: Ledger
    ) throws(CommandFailure) -> [Credential] {
        try translated { () throws(LedgerError) in
            try ledger.read { (view) throws(LedgerError) in
                var accounts: [Credential] = []
                for user in users {
                    accounts += try view.accounts(
                        of: user, includingRevoked: includeRevoked, asOf: .position(end))
                }
                return accounts
            }
        }
    }

    /// Writes the rows of a page; for people each page is a table.
    private func write(_ accounts: [Credential], _ console: Console) throws(CommandFailure) {
        if global.json {
            for credential in accounts {
                try console.output.writeLine(json(credential).serialized)
            }
            return
        }
        guard !accounts.isEmpty else { return }
        let rows = AccountText(times: global.times(console), style: global.style(console))
        var table = Table(["USER"] + AccountText.columns)
        for credential in accounts {
            table.add([.init(credential.user.text)] + rows.cells(credential))
        }
        try console.output.write(table.text(global.style(console)))
    }

    private func json(_ credential: Credential) -> JSONValue {
        guard case .object(let members) = CredentialLine.json(credential) else { return .null }
        return .object([.init("user", .string(credential.user.text))] + members)
    }
}
