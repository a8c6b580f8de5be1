internal import AccountLedger
internal import LedgerAudit
internal import LedgerDomain
internal import LedgerFormat

/// A command that names something which may be hidden.
struct CommandQuestion: Sendable {
    let name: String
    var hidden = Hidden.colleagues
    /// Whether it is carried out, so that asking it again would be another question.
    var isCommitted = false
    let action: @Sendable (Sample) -> Command.Action

    /// Those that are refused, or find nothing to do.
    static let refused: [CommandQuestion] = [
        .init(name: "revoke credential") { .revoke(RevokeGrant(.credential($0.id))) },
        .init(name: "revoke credential of another user", hidden: .strangers) {
            .revoke(RevokeGrant(.credential($0.id)))
        },
        .init(name: "revoke grant") { .revoke(RevokeGrant(.grant($0.grant))) },
        .init(name: "expire") { .expire(ExpireGrant(grant: $0.grant, notice: "notice")) },
        .init(name: "report") {
            .report(ReportGrant(grant: $0.grant, status: .expired, notice: "notice"))
        },
        .init(name: "relabel") { .relabel(Relabel(credential: $0.id, label: "gmail mia")) },
        .init(name: "select") {
            .select(SelectAccount(user: $0.user, toolkit: "gmail", credential: $0.id))
        },
        .init(name: "select of another user", hidden: .strangers) {
            .select(SelectAccount(user: $0.user, toolkit: "gmail", credential: $0.id))
        },
        .init(name: "begin reconnect") {
            .issueState(IssueState(user: $0.user, toolkit: "gmail", reconnect: $0.id))
        },
        .init(name: "begin replace") {
            .issueState(IssueState(user: $0.user, toolkit: "gmail", replace: $0.id))
        },
        .init(name: "link by state") {
            .link(
                LinkGrant(
                    state: StateDigest(of: StateToken($0.names.state)), grant: "new grant",
                    account: ProviderAccount(provider: "google", subject: "new")))
        },
        .init(name: "clear selection", hidden: .choices) {
            .select(SelectAccount(user: $0.user, toolkit: "gmail", credential: nil))
        },
    ]

    /// Those that are carried out and might tell by how long it takes.
    static let carriedOut: [CommandQuestion] = [
        .init(name: "relabel as Ben's", isCommitted: true) {
            // Whether the label is taken, of a credential that is not seen.
            .relabel(
                Relabel(
                    credential: CredentialID($0.organisation.mias.credential),
                    label: $0.isHidden ? "gmail ben" : "gmail zoe"))
        },
        .init(name: "select beside a choice", hidden: .choices, isCommitted: true) {
            .select(
                SelectAccount(
                    user: $0.user, toolkit: "gmail",
                    credential: CredentialID($0.organisation.mias.credential)))
        },
    ]
}

/// A read that names something which may be hidden.
struct ReadQuestion: Sendable {
    let name: String
    var hidden = Hidden.colleagues
    /// How many times fewer samples are taken, of what reads much.
    var share = 1
    /// Whether answers may differ, because nothing is hidden.
    var isControl = false
    /// Who asks; Mia, where it is not another.
    var narrowing: @Sendable (Sample) -> Narrowing = { $0.organisation.narrowing }
    let ask: @Sendable (NarrowedLedger, Sample) throws -> String

    /// By name of a credential, a grant or a user.
    static let named: [ReadQuestion] = [
        .init(name: "owner of credential") { ledger, sample in
            try ledger.read { (view) throws(LedgerError) in
                try view.owner(of: sample.id)?.text ?? "none"
            }
        },
        .init(name: "explain credential") { ledger, sample in
            try ledger.read { (view) throws(LedgerError) in
                "\(try view.explanation(of: sample.id, sample.user).steps.count)"
            }
        },
        .init(name: "selection with pin") { ledger, sample in
            let pins = ["gmail": sample.id] as [ToolkitID: CredentialID]
            do throws(LedgerError) {
                return "\(try ledger.selection(of: sample.user, toolkit: "gmail", pins: pins))"
            } catch {
                return "\(error.code)"
            }
        },
        .init(name: "holder of grant") { ledger, sample in
            try ledger.holder(of: sample.grant)?.user.text ?? "none"
        },
        .init(name: "holder of grant in the past", share: 200) { ledger, sample in
            let head = try ledger.read { (view) throws(LedgerError) in try view.head() }
            let past = Position(head.number - 1)
            let holder = try ledger.holder(of: sample.grant, asOf: .position(past))
            return holder?.user.text ?? "none"
        },
        .init(name: "accounts of another user", hidden: .strangers) { ledger, sample in
            "\(try ledger.accounts(of: UserID(sample.names.user)).count)"
        },
        .init(name: "selections of another user", hidden: .strangers) { ledger, sample in
            "\(try ledger.selections(of: UserID(sample.names.user)).count)"
        },
        .init(name: "selection of another user", hidden: .strangers) { ledger, sample in
            let user = UserID(sample.names.user)
            let selection = try ledger.selection(of: user, toolkit: "gmail")
            return selection.result == .none ? "none" : "one"
        },
        .init(name: "history of another user", hidden: .strangers) { ledger, sample in
            "\(try ledger.history(of: UserID(sample.names.user)).count)"
        },
        .init(name: "version of another user", hidden: .strangers) { ledger, sample in
            "\(try ledger.version(of: UserID(sample.names.user)))"
        },
        .init(name: "selection beside a choice", hidden: .choices) { ledger, sample in
            let selection = try ledger.selection(of: sample.user, toolkit: "gmail")
            return selection.because == .onlyUsable ? "only" : "another"
        },
    ]

    /// Those whose time follows how much the user has altogether.
    static let listing: [ReadQuestion] = [
        .init(name: "version beside a choice", hidden: .choices) { ledger, sample in
            "\(try ledger.version(of: sample.user) > UserVersion(0))"
        },
        .init(name: "toolkit that only Ben uses") { ledger, sample in
            let toolkit: ToolkitID = sample.isHidden ? "drive" : "draft"
            let selection = try ledger.selection(of: sample.user, toolkit: toolkit)
            return selection.result == .none ? "none" : "one"
        },
        .init(
            name: "accounts of who has none",
            narrowing: { Narrowing(user: UserID($0.names.user), member: "zoe") }
        ) { ledger, sample in "\(try ledger.accounts(of: UserID(sample.names.user)).count)" },
    ]
}

extension Sample {
    var id: CredentialID { CredentialID(names.credential) }
    var grant: GrantID { GrantID(names.grant) }
}
