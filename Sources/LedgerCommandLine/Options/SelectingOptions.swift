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

    /// The user asked about: the one named, else the owner of the credential, else who held the
    /// grant at the moment.
    func resolve(
        _ view: borrowing LedgerView, asOf moment: Moment?
    ) throws(LedgerError) -> Result<UserID, Refusal> {
        if let credential {
            let owner = try view.owner(of: credential)
            guard let owner, owner == user ?? owner else { return .failure(.unknownCredential) }
            return .success(owner)
        }
        if let user { return .success(user) }
        guard let grant, let holder = try view.holder(of: grant, asOf: moment) else {
            return .failure(.unknownGrant)
        }
        return .success(holder.user)
    }
}

/// Refuses a text that no identifier of the ledger can be, with the option's name.
func checkForm<Kind>(_ option: String, _ identifier: Identifier<Kind>?) throws {
    guard let identifier,
        let reason = Limits.violation(ofIdentifier: identifier.text)
    else { return }
    throw ValidationError("The value of \(option) \(reason).")
}
