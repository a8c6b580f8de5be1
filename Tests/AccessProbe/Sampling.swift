internal import AccountLedger
internal import LedgerDomain
internal import LedgerTestSupport

/// One question: an organisation, whether what it names is hidden there, and the names.
struct Sample: Sendable {
    let organisation: Organisation
    let isHidden: Bool
    /// What the question names.
    let names: Names

    var narrowing: Narrowing { organisation.narrowing }
    var user: UserID { organisation.user }
}

/// What is hidden from Mia, where something is.
enum Hidden {
    /// What her colleague Ben has.
    case colleagues
    /// What somebody has in another organisation.
    case strangers
    /// That Ben has chosen an account, which is so in every other organisation.
    case choices
}

/// Questions in random order, each about another organisation until all were asked about.
struct Samples: Sequence {
    let organisations: [Organisation]
    let hidden: Hidden
    let count: Int
    let seed: UInt64

    func makeIterator() -> AnyIterator<Sample> {
        var random = SeededGenerator(seed: seed)
        let order = organisations.indices.shuffled(using: &random)
        var turn = 0
        return AnyIterator {
            guard turn < count else { return nil }
            let number = order[turn % order.count]
            turn += 1
            let isHidden = hidden == .choices ? number.isMultiple(of: 2) : random.happens(50)
            // All of them are copied each time, so that none is nearer in memory than another.
            let organisation = organisations[number].copy
            let strangers = organisations[(number + 1) % organisations.count].bens.copy
            let names =
                switch (hidden, isHidden) {
                case (.strangers, true): strangers
                case (.colleagues, true), (.choices, _): organisation.bens
                case (_, false): organisation.nobodys
                }
            return Sample(organisation: organisation, isHidden: isHidden, names: names)
        }
    }
}

/// What came of the questions of one kind.
struct Findings: Sendable {
    let name: String
    /// The first time that each was asked.
    private(set) var first = Comparison()
    /// The same asked again at once.
    private(set) var again = Comparison()
    /// How often each answer was given, for what is hidden and for what is absent.
    private(set) var answers: [Bool: [String: Int]] = [:]

    init(_ name: String) { self.name = name }

    mutating func take(_ sample: Sample, _ time: Duration, _ answer: String, isFirst: Bool = true) {
        answers[sample.isHidden, default: [:]][answer, default: 0] += 1
        if isFirst {
            first.add(time, isHidden: sample.isHidden)
        } else {
            again.add(time, isHidden: sample.isHidden)
        }
    }

    /// Whether one answer was given to all.
    var isOneAnswer: Bool {
        Set((answers[true] ?? [:]).keys).union((answers[false] ?? [:]).keys).count == 1
    }

    /// The lines of a table.
    var lines: [String] {
        var lines = ["\(label("first"))\(first.row)"]
        if !again.hidden.isEmpty { lines.append("\(label("again"))\(again.row)") }
        return lines
    }

    private func label(_ turn: String) -> String {
        let text = "\(name), \(turn)"
        return text + String(repeating: " ", count: Swift.max(1, Self.width - text.count))
    }

    /// How wide the first column is.
    static let width = 44
}
