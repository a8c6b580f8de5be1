internal import AccountLedger
internal import LedgerTestSupport
internal import Testing

/// A ledger in a directory of its own in memory.
struct ScratchLedger: Sendable {
    let directory: TemporaryDirectory
    let ledger: Ledger

    init(
        in place: TemporaryDirectory.Place = .memory, name: String = "ledger",
        _ change: (inout LedgerOptions) -> Void = { _ in }
    ) throws {
        directory = try TemporaryDirectory(in: place)
        var options = LedgerOptions()
        // Tests run side by side, and 128 maps of the default size are all that a process can have.
        options.mapSize = 1 << 30
        change(&options)
        ledger = try Ledger.open(at: directory.appending(name), options: options)
    }

    var path: String { ledger.path }

    /// Closes the ledger and opens it again.
    func reopened(_ access: LedgerOptions.Access = .readWrite) throws -> Ledger {
        ledger.close()
        var options = LedgerOptions(access: access)
        options.mapSize = 1 << 30
        return try Ledger.open(at: path, options: options)
    }
}

extension Ledger {
    /// Connects an account by way of a state, and answers the link's receipt.
    @discardableResult
    func connect(
        _ user: UserID, _ toolkit: ToolkitID = "gmail", grant: GrantID, subject: String? = nil,
        label: String? = nil
    ) async throws -> Receipt {
        let token = try await issueToken(user, toolkit)
        let account = ProviderAccount(
            provider: "google", subject: Identifier(subject ?? grant.text))
        let outcome = try await link(state: token, grant: grant, account: account, label: label)
        return try outcome.get()
    }

    /// Issues a state that lets several accounts be connected, and answers its token.
    func issueToken(_ user: UserID, _ toolkit: ToolkitID = "gmail") async throws -> StateToken {
        let action = IssueState(user: user, toolkit: toolkit, allowMultiple: true)
        return try #require(try await issueState(action).get().state)
    }

    /// Reads with a body that may throw anything, as expectations do.
    @discardableResult
    func reading<R>(_ body: (borrowing LedgerView) throws -> R) throws -> R {
        var result: Result<R, any Error>?
        try read { (view) throws(LedgerError) in
            do { result = .success(try body(view)) } catch { result = .failure(error) }
        }
        return try #require(result).get()
    }

    /// All records of the log.
    func allRecords() throws -> [EventRecord] {
        try read { (view) throws(LedgerError) in
            try view.records(after: .start, limit: .max)
        }
    }

    /// Expects positions without a gap and times that strictly increase.
    func expectDense(_ location: SourceLocation = #_sourceLocation) throws {
        let records = try allRecords()
        let expected = (1...max(records.count, 1)).prefix(records.count).map {
            Position(UInt64($0))
        }
        #expect(records.map(\.position) == expected, sourceLocation: location)
        let times = records.map(\.recordedAt)
        #expect(zip(times, times.dropFirst()).allSatisfy { $0 < $1 }, sourceLocation: location)
        #expect(Set(records.map(\.id)).count == records.count, sourceLocation: location)
    }
}

/// The code of the error that a body throws; none where it throws none.
func code(_ body: () async throws -> Void) async -> LedgerError.Code? {
    do {
        try await body()
        return nil
    } catch let error as LedgerError {
        return error.code
    } catch {
        Issue.record("an error of another type: \(error)")
        return nil
    }
}

extension ProviderAccount {
    /// An account at the usual provider.
    static func google(_ subject: String, email: String? = nil, name: String? = nil) -> Self {
        ProviderAccount(
            provider: "google", subject: Identifier(subject), email: email, name: name)
    }
}
