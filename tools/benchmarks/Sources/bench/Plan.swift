/// How much is measured.
struct Plan {
    /// The kinds of work, in the order in which they are measured.
    enum Work: String, CaseIterable {
        case `import`
        case size
        case selections
        case accounts
        case history
        case open
        case rebuild
        case replay
        case verify
        case links
        case feed
    }

    var works = Work.allCases
    /// How many records the ledgers start with.
    var events: [Int]
    var rounds: Int
    /// How often what reads the whole log is run.
    var wholeRounds: Int
    /// By number of callers, how many links each asks for in a round.
    let links: [(callers: Int, count: Int)]
    /// How many selections are asked for in a round; a quarter as many lists and histories.
    let lookups: Int
    /// How many changes are followed from another process.
    let changes: Int

    static let full = Plan(
        events: [100_000, 10_000_000], rounds: 5, wholeRounds: 3,
        links: [(1, 600), (16, 250), (64, 150), (256, 80)], lookups: 1_000_000, changes: 10_000)
    static let short = Plan(
        events: [6000], rounds: 2, wholeRounds: 1,
        links: [(1, 50), (16, 20), (64, 10), (256, 4)], lookups: 40_000, changes: 500)
}
