internal import LedgerStorage

/// What is wrong with the surroundings of a ledger, and what to do; a value, not an error.
package struct Diagnosis: Sendable {
    /// Something that can be wrong; the names are stable.
    package enum Subject: String, Sendable, Hashable, CaseIterable {
        /// What is at the path.
        case path
        /// Owner and mode of the directory and its files.
        case permissions
        /// The kind of file system, and whether it can be written.
        case fileSystem
        /// The room on the file system.
        case disk
        /// The data file, seen from outside.
        case file
        /// The versions of the LMDB library, of the file's layout and of the ledger's format.
        case version
        /// The address space that a process may have.
        case memory
        /// How much of its map the ledger has filled.
        case map
        /// The processes that have the ledger open, and who keeps others out.
        case lock
        /// Those who read it, and how far behind they are.
        case readers
        /// Whether it can be opened.
        case opening
        /// Where the views stand.
        case checkpoint
        /// The clock of the machine, against the last record.
        case clock
        /// Where the projections beside the ledger stand.
        case projections
        /// What work that was cut off has left.
        case leftovers
    }

    /// How a thing is.
    package enum Status: String, Sendable, Hashable {
        /// As it should be.
        case ok
        /// It works, and may not for long, or not for everybody.
        case warning
        /// The ledger cannot be used, or not as it should be.
        case problem
        /// It could not be looked at.
        case unknown
    }

    /// What was found of one thing.
    package struct Check: Sendable, Hashable {
        package let subject: Subject
        package let status: Status
        /// What was found.
        package let found: String
        /// What to do; none where nothing is to be done.
        package let advice: String?
    }

    private var checks: [Subject: Check] = [:]

    /// What was found, in the order of the subjects.
    package var all: [Check] { Subject.allCases.compactMap { checks[$0] } }

    /// Whether anything has to be done.
    package var hasProblem: Bool { checks.values.contains { $0.status == .problem } }

    init() {}

    subscript(subject: Subject) -> Check? { checks[subject] }

    mutating func ok(_ subject: Subject, _ found: String) {
        set(subject, .ok, found, nil)
    }

    mutating func warn(_ subject: Subject, _ found: String, _ advice: String) {
        set(subject, .warning, found, advice)
    }

    mutating func fail(_ subject: Subject, _ found: String, _ advice: String) {
        set(subject, .problem, found, advice)
    }

    mutating func skip(_ subject: Subject, _ found: String, _ advice: String? = nil) {
        set(subject, .unknown, found, advice)
    }

    private mutating func set(
        _ subject: Subject, _ status: Status, _ found: String, _ advice: String?
    ) {
        checks[subject] = Check(subject: subject, status: status, found: found, advice: advice)
    }

    /// Notes that a signal stopped the process that opened the ledger.
    package mutating func noteEnd(by signal: String) {
        fail(
            .opening, "\(signal) stopped the process that read it: the file is damaged",
            "Stop writing, keep the file, run verify, restore a backup.")
    }
}
