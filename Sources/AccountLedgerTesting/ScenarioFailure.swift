public import LedgerDomain

/// Why a scenario did not go as a test expected.
public enum ScenarioFailure: Error, Hashable, Sendable {
    /// A command that the test builds on was refused: which, from 0, and why.
    case givenRefused(index: Int, Refusal)
    /// The last command appended other events than expected.
    case otherEvents(expected: [Event], found: [Event])
    /// The rules wrote a record that cannot follow on the ones before it.
    case brokenLog(String)
    /// A projection has other rows than expected.
    case otherRows(RowDifference)
    /// Building a projection again gave other rows: in which repetition, from 1, and which.
    case notRepeatable(round: Int, [RowDifference])
    /// The order among users changed the rows of a projection: by which seed and in which order,
    /// from 1, and which rows.
    case orderMatters(seed: UInt64, round: Int, [RowDifference])
}

extension ScenarioFailure: CustomStringConvertible {
    /// Says which expectation failed, with names of events instead of their personal fields.
    public var description: String {
        switch self {
        case .givenRefused(let index, let refusal):
            "given command \(index) was refused: \(refusal.name)"
        case .otherEvents(let expected, let found):
            "expected \(expected.map(\.wireName)), found \(found.map(\.wireName))"
        case .brokenLog(let reason): "the log cannot be read back: \(reason)"
        case .otherRows(let difference): "\(difference)"
        case .notRepeatable(let round, let differences):
            "built again, the rows are others (repetition \(round)): \(Self.list(differences));"
                + " `apply` depends on more than the record and the rows"
        case .orderMatters(let seed, let round, let differences):
            "records of different users in another order give other rows (seed \(seed), order"
                + " \(round)): \(Self.list(differences))"
        }
    }

    private static func list(_ differences: [RowDifference]) -> String {
        differences.map(\.description).joined(separator: "; ")
    }
}

/// How the rows of a table differ from those expected.
public struct RowDifference: Hashable, Sendable, CustomStringConvertible {
    /// The table.
    public let table: String
    /// How many of the expected rows are not there.
    public let missing: Int
    /// How many rows are there that were not expected.
    public let unexpected: Int
    /// How many rows have another value than expected.
    public let different: Int

    init<Key: Hashable, Value>(
        _ table: String, expected: [Key: Value], found: [Key: Value],
        by isEqual: (Value, Value) -> Bool
    ) {
        self.table = table
        missing = expected.keys.count { found[$0] == nil }
        unexpected = found.keys.count { expected[$0] == nil }
        different = expected.count { key, value in found[key].map { !isEqual($0, value) } ?? false }
    }

    var isNone: Bool { missing + unexpected + different == 0 }

    /// Says how many rows differ in which way, and nothing of what is in them.
    public var description: String {
        "table \(table) lacks \(missing) of the expected rows, has \(unexpected) others and"
            + " \(different) with another value"
    }
}

extension FoldError {
    var description: String { "\(reason.rawValue) at position \(position)" }
}
