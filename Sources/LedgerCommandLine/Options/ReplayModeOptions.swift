internal import AccountLedger
internal import ArgumentParser
internal import LedgerDomain

/// What `replay` does with the records, where it does not list accounts.
struct ReplayModeOptions: ParsableArguments {
    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "Say what is another at the second moment than at the first; each is a position or an"
                + " RFC 3339 time.",
            valueName: "position|time"))
    var between: [Moment] = []

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "List this user's records one by one, with the rows that each changed.",
            valueName: "user"))
    var followUser: UserID?

    @Flag(help: "With --follow-user: go on with new records until stopped.")
    var follow = false

    @Flag(
        help: """
            With --user: show accounts and selections before and after each record; on a terminal \
            a key at a time.
            """)
    var watch = false

    /// Two moments to compare.
    var moments: (first: Moment, last: Moment)? {
        between.count == 2 ? (between[0], between[1]) : nil
    }

    func validate() throws {
        try checkForm("--follow-user", followUser)
        guard between.isEmpty || between.count == 2 else {
            throw ValidationError("Give two moments with --between, the earlier one first.")
        }
        let modes = [!between.isEmpty, followUser != nil, watch].count { $0 }
        guard modes <= 1 else {
            throw ValidationError("--between, --follow-user and --watch exclude each other.")
        }
        if follow, followUser == nil {
            throw ValidationError("--follow needs --follow-user.")
        }
    }
}
