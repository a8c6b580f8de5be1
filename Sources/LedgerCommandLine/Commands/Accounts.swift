internal import AccountLedger
internal import ArgumentParser
internal import LedgerDomain
internal import LedgerFormat

/// Lists a user's accounts.
struct Accounts: Subcommand {
    static let configuration = CommandConfiguration(
        "accounts", "List a user's accounts in the order of first connection.",
        example: "accounts --user 1003 --toolkit gmail")

    @OptionGroup var global: GlobalOptions
    @OptionGroup var subject: SubjectOptions

    @Option(parsing: .unconditional, help: ArgumentHelp("This toolkit only.", valueName: "toolkit"))
    var toolkit: ToolkitID?

    @Flag(help: "List revoked accounts too.")
    var includeRevoked = false

    @OptionGroup var moment: MomentOptions

    func run(on console: Console) async throws(CommandFailure) -> ExitStatus {
        let ledger = try global.open(.readOnly, console)
        defer { ledger.close() }
        let found = try translated { () throws(LedgerError) in
            try ledger.read { (view) throws(LedgerError) in try accounts(view) }
        }
        switch found {
        case .failure(let refusal): throw CommandFailure(refusal)
        case .success(let credentials):
            try global.answer(
                console, data: .array(credentials.map(CredentialLine.json)),
                text: text(credentials, console))
            return .fine
        }
    }

    private func accounts(
        _ view: borrowing LedgerView
    ) throws(LedgerError) -> Result<[Credential], Refusal> {
        let user: UserID
        switch try subject.resolve(view, asOf: moment.asOf) {
        case .failure(let refusal): return .failure(refusal)
        case .success(let found): user = found
        }
        let all = try view.accounts(
            of: user, includingRevoked: includeRevoked, asOf: moment.asOf
        ).filter { credential in
            credential.toolkit == toolkit ?? credential.toolkit
                && credential.id == subject.credential ?? credential.id
        }
        guard let grant = subject.grant else { return .success(all) }
        // A credential that held the grant last is found by it, whatever it holds now.
        let holder = try view.holder(of: grant, asOf: moment.asOf)?.credential
        let holders = all.filter { $0.grant == grant || $0.id == holder }
        return holders.isEmpty ? .failure(.unknownGrant) : .success(holders)
    }

    private func text(_ credentials: [Credential], _ console: Console) -> String {
        guard !credentials.isEmpty else { return "No accounts.\n" }
        let rows = AccountText(times: global.times(console), style: global.style(console))
        var table = Table(AccountText.columns)
        for credential in credentials { table.add(rows.cells(credential)) }
        return table.text(global.style(console))
    }
}
