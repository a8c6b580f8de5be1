internal import LedgerDomain
internal import LedgerFormat

/// A record of one user and what it changed, for people.
struct StepText {
    let times: TimeText
    let style: Style

    /// Position, time, event and actor on a line, and what the record says on another.
    func heading(_ record: EventRecord) -> String {
        let words = RecordText(times: times)
        let place = style.apply(.bold, to: "\(record.position)  \(times.text(record.recordedAt))")
        let end = [record.correlationID?.text, record.causationID?.text]
        let names = zip(["correlation", "cause"], end).compactMap { name, value in
            value.map { ", \(name) \($0)" }
        }
        let front = "\(place)  \(record.event.wireName) by "
        return front + (RecordText.text(record.actor) + names.joined()).harmless + "\n"
            + "  " + words.what(record).harmless + "\n"
    }

    /// A line for each changed field.
    func changes(_ changes: [RowChange]) -> String {
        guard !changes.isEmpty else { return "  changed no account and no selection\n" }
        return changes.map { change in
            change.sentences.map { sentence in
                "  \(change.kind.rawValue) \(change.key)".harmless
                    + (change.manner == .changed ? "" : " \(change.manner.rawValue)")
                    + ", " + sentence.harmless + "\n"
            }.joined()
        }.joined()
    }
}
