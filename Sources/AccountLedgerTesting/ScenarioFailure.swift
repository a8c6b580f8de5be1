public import LedgerDomain

/// Why a scenario did not go as a test expected.
public enum ScenarioFailure: Error, Hashable, Sendable {
    /// A command that the test builds on was refused: which, from 0, and why.
    case givenRefused(index: Int, Refusal)
    /// The last command appended other events than expected.
    case otherEvents(expected: [Event], found: [Event])
    /// The rules wrote a record that cannot follow on the ones before it.
    case brokenLog(String)
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
        }
    }
}

extension FoldError {
    var description: String { "\(reason.rawValue) at position \(position)" }
}
