internal import AccountLedger
internal import Foundation
internal import LedgerPlatforms
internal import Testing

@Suite("The code of Several mailboxes with Nylas")
struct NylasSnippets {
    private struct Message: Sendable, Equatable {
        var subject: String
    }

    /// Stands for the application's client of the platform.
    private struct Client: Sendable {
        func messages(_ grant: GrantID, limit: Int) async throws -> [Message] {
            if grant == "grant-team" { throw GrantVerdict.expired(reason: "401") }
            return [Message(subject: "Hello \(grant)")]
        }

        func delete(_ grant: GrantID) async throws {}
    }

    private let scratch: ScratchDirectory
    private let ledger: Ledger
    private let nylas = Client()

    init() throws {
        scratch = try ScratchDirectory()
        ledger = try Ledger.open(at: scratch.place("ledger"))
    }

    private func connectThree() async throws {
        try await ledger.connect(
            "ana", "mail", grant: "grant-work", "google", "ana@example.com", label: "Work",
            platform: "nylas")
        try await ledger.connect(
            "ana", "mail", grant: "grant-home", "icloud", "ana@example.net", label: "Personal",
            platform: "nylas")
        try await ledger.connect(
            "ana", "mail", grant: "grant-team", "microsoft", "team@example.org", label: "Team",
            platform: "nylas")
    }

    @Test("A mailbox is connected by a state and its callback, the second like the first")
    func connecting() async throws {
        // snippet: nylas-state
        let begun = try await ledger.issueState(
            IssueState(user: "ana", toolkit: "mail", allowMultiple: true, label: "Personal")
        ).get()
        let state = begun.state?.secret ?? ""
        // goes into the authorization request as `state`
        // end snippet

        // snippet: nylas-callback
        // The callback brought `state` and a code, and Nylas gave a grant for the code.
        let linked = try await ledger.link(
            state: StateToken(state), grant: "grant-home",
            account: ProviderAccount(
                provider: "icloud", subject: "ana@example.net", email: "ana@example.net"),
            platform: "nylas"
        ).get()
        // linked.credential is what your settings and foreign keys refer to
        // end snippet
        #expect(linked.kind == .connected)
        try await ledger.connect(
            "ana", "mail", grant: "grant-work", "google", "ana@example.com", platform: "nylas")

        // snippet: nylas-list
        let mailboxes = try ledger.accounts(of: "ana").map { account in
            (account.label ?? account.account.email ?? "", account.grant, account.status)
        }
        // end snippet
        #expect(mailboxes.map(\.0) == ["Personal", "ana@example.com"])
        #expect(mailboxes.map(\.1) == ["grant-home", "grant-work"])

        // snippet: nylas-unique
        let other = try await ledger.issueState(IssueState(user: "ben", toolkit: "mail")).get()
        let theft = try await ledger.link(
            state: other.state ?? StateToken(""), grant: "grant-home",
            account: ProviderAccount(provider: "icloud", subject: "ana@example.net"))
        // theft.refusal == .grantAlreadyLinked(nil): whose it is stays untold
        // end snippet
        #expect(theft.refusal == .grantAlreadyLinked(nil))
    }

    @Test("One request per mailbox, side by side, each result with its mailbox")
    func fanOut() async throws {
        try await connectThree()
        let nylas = nylas
        // snippet: nylas-fan-out
        // One for the platform, for as long as the service runs.
        let limits = try GrantLimits(atOnce: 2, rate: .init(10, per: .seconds(1)))

        let results = try await ledger.fanOut(
            over: "ana", toolkits: ["mail"],
            options: FanOutOptions(timeout: .seconds(10), limits: limits)
        ) { mailbox in
            try await nylas.messages(mailbox.grant, limit: 10)
        }
        var inbox: [(grant: GrantID, label: String?, message: Message)] = []
        for result in results {
            let mailbox = result.credential
            inbox += (result.value ?? []).map { (mailbox.grant, mailbox.label, $0) }
        }
        // A mailbox that Nylas no longer accepts costs the others nothing, and is remembered:
        try await ledger.expire(results.expired())
        // end snippet
        #expect(inbox.map(\.label) == ["Work", "Personal"])
        #expect(inbox.map(\.message.subject) == ["Hello grant-work", "Hello grant-home"])
        #expect(try ledger.accounts(of: "ana").map(\.status) == [.valid, .valid, .expired])
    }

    @Test("One mailbox expires, is authorized again, and is the one it was")
    func expiring() async throws {
        try await connectThree()
        let now = Timestamp(Date())
        let seconds = now.microsecondsSinceEpoch / 1_000_000 + 60
        let delivered =
            #"{"type":"grant.expired","id":"n","time":\#(seconds),"#
            + #""data":{"object":{"grant_id":"grant-work"}}}"#
        let body = Array(delivered.utf8)
        // snippet: nylas-expire
        let mapping = NoticeMapping(creations: .linkedByCallback)
        if case .notice(let notice) = try Nylas.notice(unverified: body),
            case .commands(let commands) = notice.commands(mapping: mapping, receivedAt: now)
        {
            _ = try await ledger.execute(commands)
        }

        let affected = try ledger.accounts(of: "ana").filter { $0.status == .expired }
        // one mailbox, to prompt the user for; the other two go on
        // end snippet
        #expect(affected.map(\.label) == ["Work"])
        let work = try #require(affected.first?.id)

        // snippet: nylas-reconnect
        let again = try await ledger.issueState(
            IssueState(user: "ana", toolkit: "mail", reconnect: work)
        ).get()
        let back = try await ledger.link(
            state: again.state ?? StateToken(""), grant: "grant-work",
            account: ProviderAccount(provider: "google", subject: "ana@example.com")
        ).get()
        // back.kind == .reconnected: the same credential, label and place
        // end snippet
        #expect(back.kind == .reconnected)
        #expect(back.credential == work)
        #expect(try ledger.accounts(of: "ana").first?.label == "Work")
    }

    @Test("One mailbox is disconnected, and the others stay")
    func disconnecting() async throws {
        try await connectThree()
        // snippet: nylas-revoke
        if let home = try ledger.accounts(of: "ana").first(where: { $0.label == "Personal" }) {
            try await nylas.delete(home.grant)
            _ = try await ledger.revoke(
                .credential(home.id), of: "ana", context: CommandContext(actor: .user("ana"))
            ).get()
        }
        // end snippet
        #expect(try ledger.accounts(of: "ana").map(\.label) == ["Work", "Team"])
    }
}
