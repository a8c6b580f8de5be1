internal import Testing

/// One way to damage a ledger, as the page on damage lists it.
struct Damage: Sendable, CustomTestStringConvertible {
    /// What was done, as a sentence without its end.
    let name: String
    /// Whether reading may end the process that does it.
    var stopsReaders = false
    /// Whether nothing can be found, because whoever did it wrote a log that could have been.
    var isHidden = false
    let inflict: @Sendable (DamagedLedger) throws -> Void

    init(
        _ name: String, stopsReaders: Bool = false, isHidden: Bool = false,
        _ inflict: @escaping @Sendable (DamagedLedger) throws -> Void
    ) {
        self.name = name
        self.stopsReaders = stopsReaders
        self.isHidden = isHidden
        self.inflict = inflict
    }

    var testDescription: String { name }

    /// The damage of one kind, under the heading of the page.
    struct Section: Sendable {
        let heading: String
        let damage: [Damage]
    }

    static let sections = [
        Section(heading: "Records lost, added or exchanged", damage: places),
        Section(heading: "Records whose bytes are others", damage: bytes),
        Section(
            heading: "Records written anew by somebody who knows the format", damage: forgeries),
        Section(heading: "Rows of indexes and views", damage: rows),
        Section(heading: "Header, checkpoints, projections and reactors", damage: stands),
        Section(heading: "The file", damage: files),
        Section(heading: "What is not found", damage: hidden),
    ]

    static let all = sections.flatMap(\.damage)
}
