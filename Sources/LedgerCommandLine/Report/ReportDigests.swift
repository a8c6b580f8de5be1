internal import LedgerDomain
internal import LedgerFormat

/// What a report rests on: digests of answers that anybody with the ledger can ask for again.
struct ReportDigests {
    /// An answer, by its digest and by the command that gives it.
    struct Row {
        let name: String
        let digest: String
        let command: String
    }

    let rows: [Row]

    /// Digests the records that a report lists, and for a whole user the accounts and selections.
    init(
        _ records: [EventRecord], _ subject: SubjectOptions, of user: UserID,
        asOf position: Position, view: (accounts: [Credential], selections: [Selection])?
    ) {
        var asked = ["--user", ShellText.quoted(user.text)]
        if let credential = subject.credential {
            asked += ["--credential", ShellText.quoted(credential.text)]
        }
        if let grant = subject.grant { asked += ["--grant", ShellText.quoted(grant.text)] }
        asked += ["--as-of", "\(position)"]
        let lines = records.map { RecordLine.json($0).serialized + "\n" }.joined()
        var rows = [Self.row("Records", "history", asked + ["--jsonl"], lines)]
        if let view {
            let accounts = Envelope(.ok, data: .array(view.accounts.map(CredentialLine.json)))
            let selections = Envelope(.ok, data: .array(view.selections.map(SelectionLine.json)))
            rows += [
                Self.row(
                    "Accounts", "accounts", asked + ["--include-revoked", "--json"],
                    accounts.json.serialized + "\n"),
                Self.row(
                    "Selections", "active", asked + ["--json"], selections.json.serialized + "\n"),
            ]
        }
        self.rows = rows
    }

    private static func row(
        _ name: String, _ subcommand: String, _ options: [String], _ answer: String
    ) -> Row {
        let words = [Program.name, "--ledger", "DIR", subcommand] + options
        return Row(
            name: name, digest: sha256(Array(answer.utf8)).lowercaseHexadecimal,
            command: words.joined(separator: " ") + " | sha256sum")
    }

    func write(in page: inout Markup) {
        page.element("dl", ["class": "digests"]) { list in
            for row in rows {
                list.element("div") { part in
                    part.element("dt", text: row.name)
                    part.element("dd") { value in
                        value.element("code", ["class": "digest"], text: row.digest)
                        value.element("code") { $0.foreign(row.command) }
                    }
                }
            }
            list.element("div") { part in
                part.element("dt", text: "Tree head")
                part.element("dd", text: "none: this version of the ledger signs none")
            }
        }
    }
}
