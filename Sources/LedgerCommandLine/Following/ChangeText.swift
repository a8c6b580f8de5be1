internal import LedgerDomain
internal import LedgerProjections

/// A change for people.
struct ChangeText {
    let times: TimeText
    let style: Style

    /// Position, time, user and toolkit, what changed, and who caused it.
    func line(_ change: AccountChange) -> String {
        let place = style.apply(
            .bold, to: "\(change.position)  \(times.text(change.recordedAt))")
        let who = "\(change.user)  \(change.toolkit)"
        return place + "  "
            + "\(who)  \(what(change)), by \(RecordText.text(change.actor))".harmless
    }

    private func what(_ change: AccountChange) -> String {
        let name = change.credential.map { "\($0) " } ?? ""
        return switch change.kind {
        case .connected(let grant): "\(name)connected, grant \(grant)"
        case .reconnected(let grant, let previous):
            "\(name)reconnected, grant \(grant)\(inPlace(of: previous))"
        case .replaced(let grant, let previous):
            "\(name)holds another account, grant \(grant)\(inPlace(of: previous))"
        case .expired(let grant, let reason): "\(name)expired, grant \(grant)\(why(reason))"
        case .revoked(let grant, let reason):
            "\(name)revoked, grant \(grant)\(why(reason.text))"
        case .labelChanged(let label):
            name + (label.map { "labelled \($0)" } ?? "lost its label")
        case .selectionChanged(let from, let to, let rule):
            "\(words(to))\(rule.map { ", " + SelectionText.words($0) } ?? "")"
                + " (before: \(words(from)))"
        case .lateNotice(.expired, let grant, let reason, _):
            "\(name)late notice that grant \(grant) expired\(why(reason)), changes no status"
        case .lateNotice(.authenticated, let grant, _, _):
            "\(name)late notice that grant \(grant) was authenticated, changes no status"
        }
    }

    private func inPlace(of previous: GrantID?) -> String {
        previous.map { " in place of \($0)" } ?? ""
    }

    private func why(_ reason: String?) -> String { reason.map { ": \($0)" } ?? "" }

    private func words(_ result: Selection.Result) -> String {
        switch result {
        case .credential(let one): "acts as \(one)"
        case .needsReconnect(let one): "needs \(one) to be reconnected"
        case .revoked(let one): "chosen \(one) was revoked"
        case .ambiguous(let several): "a choice is required among \(several.count)"
        case .none: "nothing is connected"
        }
    }
}
