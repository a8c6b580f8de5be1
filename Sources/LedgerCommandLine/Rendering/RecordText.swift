internal import LedgerDomain

/// Records for people.
struct RecordText {
    let times: TimeText

    static let columns = ["POSITION", "TIME", "EVENT", "CREDENTIAL", "ACTOR", "WHAT"]

    /// The fields of a record, one a column.
    func cells(_ record: EventRecord) -> [Table.Cell] {
        [
            .init(record.position.description), .init(times.text(record.recordedAt)),
            .init(record.wireName), .init(record.event.credential?.text),
            .init(Self.text(record.actor)), .init(what(record)),
        ]
    }

    static func text(_ actor: LedgerActor) -> String {
        actor.kind.rawValue + (actor.id.map { ":" + $0 } ?? "")
    }

    /// What the record says, in a phrase.
    func what(_ record: EventRecord) -> String {
        let occurred = record.occurredAt.map { " (happened \(times.text($0)))" } ?? ""
        return what(record.event) + occurred
    }

    /// What the event says, in a phrase.
    func what(_ event: Event) -> String {
        switch event {
        case .stateIssued(let event): what(event)
        case .grantLinked(let event): what(event)
        case .grantExpired(let event):
            (event.superseded ? "late notice, changes nothing: " : "")
                + "grant \(event.grant) expired" + (event.reason.map { ": " + $0 } ?? "")
        case .grantRevoked(let event): "grant \(event.grant) revoked: \(event.reason)"
        case .labelChanged(let event): event.label.map { "labelled \($0)" } ?? "label cleared"
        case .accountSelected(let event):
            event.credential == nil
                ? "choice for \(event.toolkit) cleared" : "chosen for \(event.toolkit)"
        }
    }

    private func what(_ event: StateIssued) -> String {
        let intent =
            switch event.intent {
            case .connect: "connect \(event.toolkit)"
            case .reconnect: "reconnect \(event.toolkit)"
            case .replace: "replace the account of \(event.toolkit)"
            }
        return "may \(intent) until \(times.text(event.expiresAt))"
            + (event.allowMultiple ? ", beside others" : "")
    }

    private func what(_ event: GrantLinked) -> String {
        let account = event.account.email ?? event.account.subject.text
        let origin =
            switch event.origin {
            case .state: ""
            case .imported(let source): ", imported from \(source)"
            case .reported(let notice): ", by notice \(notice)"
            }
        let label = event.label.map { ", labelled \($0)" } ?? ""
        let previous = event.previousGrant.map { ", in place of grant \($0)" } ?? ""
        let late = event.superseded ? "late notice, changes no status: " : ""
        return "\(late)\(event.toolkit) \(event.kind.rawValue): \(account), grant \(event.grant)"
            + previous + label + origin
    }
}
