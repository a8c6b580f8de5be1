internal import AccountLedger
internal import AccountLedgerTesting
internal import Testing

@Suite("The code of FanOut")
struct FanOutSnippets {
    /// A platform with a mailbox behind each grant, one of which it no longer accepts.
    private struct Mail: Sendable {
        struct Answer {
            var status = 200
            var messages: [String] = []
        }

        func messages(of grant: GrantID) async throws -> Answer {
            if grant == "grant-2" { return Answer(status: 401) }
            return Answer(messages: ["a message of \(grant)"])
        }
    }

    private let mail = Mail()

    /// Ana's three mailboxes.
    private static func connected() async throws -> ScratchLedger {
        let scratch = try ScratchLedger()
        for (number, label) in ["Work", "Home", "Club"].enumerated() {
            let grant = ImportGrant(
                user: "ana", toolkit: "gmail", grant: GrantID("grant-\(number + 1)"),
                account: ProviderAccount(provider: "google", subject: Identifier(label)),
                label: label)
            _ = try await scratch.execute(Command(.importGrant(grant))).get()
        }
        return scratch
    }

    @Test("A unified inbox, with one mailbox that does not answer any more")
    func inbox() async throws {
        let scratch = try await Self.connected()
        let ledger = scratch.ledger
        let mail = mail
        // snippet: array
        struct Unexpected: Error { let status: Int }

        let results = try await ledger.fanOut(over: "ana", toolkits: ["gmail"]) { account in
            let answer = try await mail.messages(of: account.grant)
            switch answer.status {
            case 200: return answer.messages
            case 401: throw GrantVerdict.expired(reason: "401 from the mail API")
            default: throw Unexpected(status: answer.status)
            }
        }
        var inbox: [(label: String?, message: String)] = []
        for result in results {
            for message in result.value ?? [] { inbox.append((result.credential.label, message)) }
        }
        // end snippet
        #expect(inbox.map(\.label) == ["Work", "Club"])
        #expect(inbox.map(\.message) == ["a message of grant-1", "a message of grant-3"])
        let time = scratch.clock.adding(seconds: 1)
        let outcomes = try await ledger.expire(results.expired(), at: time)
        #expect(outcomes.count == 1)
        #expect(try ledger.accounts(of: "ana").map(\.status) == [.valid, .expired, .valid])
    }

    @Test("The verdict is recorded")
    func verdict() async throws {
        let directory = try ScratchDirectory()
        let ledger = try Ledger.open(at: directory.place("ledger"))
        let grant = ImportGrant(
            user: "ana", toolkit: "gmail", grant: "grant-2",
            account: ProviderAccount(provider: "google", subject: "1"))
        _ = try await ledger.importGrants([grant])
        let results = try await ledger.fanOut(over: "ana") { _ in
            throw GrantVerdict.expired(reason: "401 from the mail API")
        }
        // snippet: expire
        try await ledger.expire(results.expired())
        // end snippet
        #expect(try ledger.accounts(of: "ana").map(\.status) == [.expired])
    }

    @Test("Results as they come, until there are enough")
    func asTheyCome() async throws {
        let scratch = try await Self.connected()
        let ledger = scratch.ledger
        let mail = mail
        // snippet: sequence
        let newest = try await ledger.fanOut(over: "ana") { account in
            try await mail.messages(of: account.grant).messages
        } results: { results in
            var newest: [String] = []
            for try await result in results {
                newest += result.value ?? []
                if newest.count >= 2 { break }
            }
            return newest
        }
        // end snippet
        #expect(Set(newest) == ["a message of grant-1", "a message of grant-3"])
    }

    @Test("Limits that all calls of the process share")
    func limits() async throws {
        let scratch = try await Self.connected()
        let ledger = scratch.ledger
        let mail = mail
        // snippet: limits
        // One for the platform, for as long as the service runs.
        let mailLimits = try GrantLimits(atOnce: 2, rate: .init(10, per: .seconds(1)))

        let options = FanOutOptions(width: 4, timeout: .seconds(5), limits: mailLimits)
        let results = try await ledger.fanOut(over: "ana", options: options) { account in
            try await mail.messages(of: account.grant).messages
        }

        // A request handler that is about one account is counted with the others.
        let more = try await mailLimits.perform(for: "grant-1") {
            try await mail.messages(of: "grant-1").messages
        }
        // end snippet
        #expect(results.compactMap(\.value).count == 3)
        #expect(more.count == 1)
    }
}
