internal import LedgerDomain

/// A user's accounts and selections at a moment, for people.
struct UserViewText {
    /// The most accounts that are listed; those that a record touched are always among them.
    private static let limit = 20

    let policy: Policy
    /// The credentials and toolkits that a record changed.
    let touched: Set<String>
    let times: TimeText
    let style: Style

    func text(_ state: UserState) -> String {
        guard !state.credentials.isEmpty || !state.choices.isEmpty else {
            return "  No accounts.\n"
        }
        let accounts = shown(state.credentials) { $0.id.text }
        let toolkits = shown(state.toolkits) { $0.text }
        let rows = AccountText(times: times, style: style)
        var table = Table(AccountText.columns)
        for credential in accounts { table.add(rows.cells(credential)) }
        let selections = toolkits.map { toolkit in
            state.toolkitAccounts(toolkit).select(toolkit, policy: policy, at: .start)
        }
        let active = SelectionText(state.credentials).table(selections)
        return table.text(style) + rest(state.credentials.count - accounts.count, "accounts")
            + (selections.isEmpty ? "" : "\n" + active.text(style))
            + rest(state.toolkits.count - toolkits.count, "toolkits")
    }

    private func rest(_ count: Int, _ noun: String) -> String {
        count > 0 ? "and \(count) more \(noun)\n" : ""
    }

    /// The first rows, and those that were touched, in their order.
    private func shown<Row>(_ rows: [Row], _ key: (Row) -> String) -> [Row] {
        var room = Self.limit
        return rows.filter { row in
            room -= 1
            return room >= 0 || touched.contains(key(row))
        }
    }
}
