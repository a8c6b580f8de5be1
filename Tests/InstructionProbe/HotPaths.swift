internal import AccountLedger
internal import Logging

/// What a ledger does most often, done so that every run executes the same instructions.
///
/// Clock, names and tokens repeat themselves, and one task asks for one thing after the other: no
/// commit takes more or fewer commands than in the run before.
struct HotPaths {
    private static let links = 100
    private static let lookups = 1000
    private static let commits = 3
    /// Three grants to a user.
    private static let grantsPerCommit = 999

    private let ledger: Ledger
    private let time = Timestamp(microsecondsSinceEpoch: 1_800_000_000_000_000)

    /// Goes every path of a new ledger; the later ones find what the earlier ones have written.
    static func goAll(in directory: String) async throws -> [(name: String, count: Int)] {
        let paths = try HotPaths(in: directory)
        let imported = try await paths.goImport()
        let linked = try await paths.goLink()
        return [("import", imported), ("link", linked)] + (try paths.goWithoutWriting())
    }

    private func goWithoutWriting() throws -> [(name: String, count: Int)] {
        defer { ledger.close() }
        return [
            ("selection", try goSelection()), ("accounts", try goAccounts()),
            ("replay", try goReplay()), ("rebuild", try goRebuild()),
        ]
    }

    private init(in directory: String) throws {
        var options = LedgerOptions(access: .createNew)
        options.usesSimulatedClock = true
        options.repeatableBytes = Samples.bytes
        // A warning that something took long, which depends on the machine, would be counted too.
        options.logger.logLevel = .critical
        ledger = try Ledger.open(at: directory, options: options)
    }

    /// Import: from the rows of another system to records and views, a thousand to a commit.
    private func goImport() async throws -> Int {
        try await importCommit(0)
        reachedBoundary()
        for commit in 1...Self.commits { try await importCommit(commit) }
        reachedBoundary()
        return Self.commits * Self.grantsPerCommit
    }

    private func importCommit(_ number: Int) async throws {
        let first = number * Self.grantsPerCommit
        let grants = (first..<first + Self.grantsPerCommit).map(Samples.importGrant)
        let result = try await ledger.importGrants(grants, refused: .abandonAll, at: time)
        guard result.isCommitted else { throw ProbeFailure.unexpectedAnswer("import") }
    }

    /// Link: a state is issued and used, each with a commit of its own.
    private func goLink() async throws -> Int {
        // Commits look for dead readers now and then: that is part of what one costs.
        for number in 0..<Self.links { try await link(number) }
        reachedBoundary()
        for number in Self.links..<2 * Self.links { try await link(number) }
        reachedBoundary()
        return Self.links
    }

    private func link(_ number: Int) async throws {
        let issue = IssueState(user: Samples.newUser(number), toolkit: Samples.toolkit)
        let issued = try await ledger.issueState(issue, at: time)
        guard case .applied(let receipt) = issued, let state = receipt.state else {
            throw ProbeFailure.unexpectedAnswer("issueState")
        }
        let linked = try await ledger.link(
            state: state, grant: Samples.newGrant(number), account: Samples.newAccount(number),
            platform: "nylas", scopes: Samples.scopes, at: time)
        guard case .applied = linked else { throw ProbeFailure.unexpectedAnswer("link") }
    }

    /// Selection: which of three accounts a user's toolkit acts as.
    private func goSelection() throws -> Int {
        try lookUp("selection") { user in
            try ledger.selection(of: user, toolkit: Samples.toolkit).passedOver.count == 2
        }
    }

    /// Accounts: a user's list of three.
    private func goAccounts() throws -> Int {
        try lookUp("accounts") { try ledger.accounts(of: $0).count == 3 }
    }

    private func lookUp(
        _ name: String, _ isAsExpected: (UserID) throws -> Bool
    ) throws -> Int {
        let users = (0..<Self.lookups).map(Samples.user)
        func askForEach() throws {
            for user in users where try !isAsExpected(user) {
                throw ProbeFailure.unexpectedAnswer(name)
            }
        }
        try askForEach()
        reachedBoundary()
        try askForEach()
        reachedBoundary()
        return users.count
    }

    /// Replay: from stored bytes to a record, every check included.
    private func goReplay() throws -> Int {
        _ = try replay()
        reachedBoundary()
        let count = try replay()
        reachedBoundary()
        return count
    }

    private func replay() throws -> Int {
        var position = Position.start
        var count = 0
        while true {
            let records = try ledger.read { (view) throws(LedgerError) in
                try view.records(after: position, limit: 500)
            }
            guard let last = records.last else { return count }
            count += records.count
            position = last.position
        }
    }

    /// Rebuild: the built-in views from the log, compared with those that are there.
    private func goRebuild() throws -> Int {
        try rebuild()
        reachedBoundary()
        try rebuild()
        reachedBoundary()
        return Int(try ledger.head().number)
    }

    private func rebuild() throws {
        guard try ledger.rebuildViews()?.isUnchanged == true else {
            throw ProbeFailure.unexpectedAnswer("rebuild")
        }
    }
}

/// Why nothing could be measured.
enum ProbeFailure: Error {
    /// A path did not do what it was to be measured at.
    case unexpectedAnswer(String)
}
