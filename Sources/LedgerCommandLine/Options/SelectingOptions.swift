internal import AccountLedger
internal import ArgumentParser
internal import LedgerDomain

/// The moment that an answer is asked for.
struct MomentOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Answer as of a position, or of an RFC 3339 time such as 2026-11-21T06:33:03Z.",
            valueName: "position|time"))
    var asOf: Moment?
}

/// Who or what is asked about: a user, or the user whose credential or grant it is.
struct SubjectOptions: ParsableArguments {
    @Option(parsing: .unconditional, help: ArgumentHelp("The user.", valueName: "user"))
    var user: UserID?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("This credential only.", valueName: "credential"))
    var credential: CredentialID?

    @Option(
        parsing: .unconditional, help: ArgumentHelp("This grant only.", valueName: "grant"))
    var grant: GrantID?

    func validate() throws {
        if user == nil, credential == nil, grant == nil {
            throw ValidationError("Give --user, --credential or --grant.")
        }
        try checkForm("--user", user)
        try checkForm("--credential", credential)
        try checkForm("--grant", grant)
    }

    /// The user asked about, who has to be the one that credential and grant belong to.
    func resolve(_ view: borrowing LedgerView) throws(LedgerError) -> Result<UserID, Refusal> {
        var user = user
        if let credential {
            let owner = try view.owner(of: credential)
            guard let owner, owner == user ?? owner else { return .failure(.unknownCredential) }
            user = owner
        }
        if let grant {
            let holder = try view.holder(of: grant)?.user
            guard let holder, holder == user ?? holder else { return .failure(.unknownGrant) }
            user = holder
        }
        return user.map { .success($0) } ?? .failure(.unknownCredential)
    }
}

/// Refuses a text that no identifier of the ledger can be, with the option's name.
func checkForm<Kind>(_ option: String, _ identifier: Identifier<Kind>?) throws {
    guard let identifier,
        let reason = Limits.violation(of: identifier.text, Limits.identifier)
    else { return }
    throw ValidationError("The value of \(option) \(reason).")
}
