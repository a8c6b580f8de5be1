internal import AccountLedger
internal import LedgerDomain

/// Accounts and selections for people.
struct AccountText {
    let times: TimeText
    let style: Style

    static let columns = [
        "CREDENTIAL", "TOOLKIT", "STATUS", "ACCOUNT", "LABEL", "GRANT", "CONNECTED",
    ]

    /// The fields of a credential, one a column.
    func cells(_ credential: Credential) -> [Table.Cell] {
        [
            .init(credential.id.text), .init(credential.toolkit.text), status(credential),
            .init(Self.account(credential)), .init(credential.label), .init(credential.grant.text),
            .init(times.text(credential.firstConnectedAt)),
        ]
    }

    /// The status, with its reason where one was told.
    private func status(_ credential: Credential) -> Table.Cell {
        let reason = credential.statusReason.map { ": " + $0 } ?? ""
        return .init(credential.status.rawValue + reason, credential.status.mark)
    }

    /// Whom the account belongs to: the e-mail address, else the subject.
    static func account(_ credential: Credential) -> String {
        credential.account.email ?? credential.account.subject.text
    }
}

/// Which credential each toolkit acts as, for people.
struct SelectionText {
    private let accounts: [CredentialID: String]

    /// Needs all credentials of the user, revoked ones too.
    init(_ credentials: [Credential]) {
        accounts = Dictionary(
            credentials.map { ($0.id, AccountText.account($0)) }, uniquingKeysWith: { $1 })
    }

    func table(_ selections: [Selection]) -> Table {
        var table = Table(["TOOLKIT", "RESULT", "CREDENTIAL", "ACCOUNT", "WHY"])
        for selection in selections {
            var toolkit = selection.toolkit.text
            for line in lines(selection) {
                let account = line.credential.map { accounts[$0] } ?? "-"
                table.add([
                    .init(toolkit), .init(line.result, line.mark), .init(line.credential?.text),
                    .init(account), .init(line.why),
                ])
                toolkit = ""
            }
        }
        return table
    }

    private struct Line {
        let result: String
        let mark: Style.Mark
        var credential: CredentialID?
        let why: String
    }

    private func lines(_ selection: Selection) -> [Line] {
        let passedOver = selection.passedOver.map { other in
            Line(
                result: "passed over", mark: .dim, credential: other.credential,
                why: Self.words(other.why))
        }
        return first(selection) + passedOver
    }

    private func first(_ selection: Selection) -> [Line] {
        let why = selection.because.map(Self.words) ?? ""
        return switch selection.result {
        case .credential(let one):
            [Line(result: "acts", mark: .green, credential: one, why: why)]
        case .needsReconnect(let one):
            [Line(result: "needs reconnect", mark: .yellow, credential: one, why: why)]
        case .revoked(let one): [Line(result: "revoked", mark: .red, credential: one, why: why)]
        case .none: [Line(result: "none", mark: .plain, why: "nothing is connected")]
        case .ambiguous(let several):
            several.map { candidate in
                Line(
                    result: "ambiguous", mark: .yellow, credential: candidate,
                    why: "usable; a choice is required")
            }
        }
    }

    static func words(_ rule: Selection.Rule) -> String {
        switch rule {
        case .pinned: "pinned"
        case .selected: "chosen by the user"
        case .onlyUsable: "the only usable one"
        case .mostRecentlyConnected: "connected most recently"
        }
    }

    static func words(_ reason: Selection.Reason) -> String {
        switch reason {
        case .expired: "expired"
        case .older: "connected earlier"
        case .notSelected: "another one is chosen"
        case .notPinned: "another one is pinned"
        }
    }
}
