internal import AccountLedger
internal import Foundation
internal import LedgerTestSupport
internal import Testing

@Suite("A session") struct SessionTests {
    private let scratch: ScratchLedger
    private var ledger: Ledger { scratch.ledger }

    init() throws {
        scratch = try ScratchLedger { $0.policy = Policy(allowMultiple: true) }
    }

    private func connect(
        _ grant: GrantID, _ user: UserID = "ana", _ toolkit: ToolkitID = "gmail"
    ) async throws -> CredentialID {
        try #require(try await ledger.connect(user, toolkit, grant: grant).credential)
    }

    @Test("acts as an account that is connected later at once, unless the toolkit is pinned")
    func newest() async throws {
        let work = try await connect("work")
        let free = try ledger.session(user: "ana")
        let pinned = try ledger.session(user: "ana", pins: ["gmail": work])
        #expect(try free.selection(of: "gmail").credential == work)

        let home = try await connect("home")
        #expect(try free.selection(of: "gmail").credential == home)
        let held = try #require(try pinned.toolkits().first)
        #expect(held.credential == work)
        #expect(held.selection.because == .pinned)
        #expect(held.selection.passedOver.map(\.why) == [.notPinned])

        _ = try await free.select(home, for: "gmail").get()
        #expect(try pinned.selection(of: "gmail").credential == work)
        #expect(try free.selection(of: "gmail").because == .selected)
        _ = try await free.clearSelection(for: "gmail").get()
        #expect(try free.selection(of: "gmail").because == .mostRecentlyConnected)
    }

    @Test("lists each toolkit with its account, status and reason, and those asked for")
    func toolkits() async throws {
        let mail = try await connect("mail")
        let drive = try await connect("drive", "ana", "drive")
        _ = try await connect("other", "ben", "slack")
        let session = try ledger.session(user: "ana", pins: ["drive": drive])
        _ = try await session.expire(ExpireGrant(grant: "drive")).get()

        let toolkits = try session.toolkits(["slack"])
        #expect(toolkits.map(\.toolkit) == ["drive", "gmail", "slack"])
        #expect(toolkits.map(\.status) == [.expired, .valid, nil])
        #expect(toolkits.map(\.account?.id) == [drive, mail, nil])
        #expect(toolkits.map(\.credential) == [nil, mail, nil])
        #expect(toolkits[0].selection.result == .needsReconnect(drive))
        #expect(toolkits[2].selection.result == .none)

        _ = try await session.revoke(.credential(drive)).get()
        let revoked = try #require(try session.toolkits().first)
        #expect(revoked.selection.result == .revoked(drive))
        #expect(revoked.status == .revoked)
        #expect(try session.accounts().map(\.id) == [mail])
        #expect(try session.accounts(status: .revoked).map(\.id) == [drive])
        #expect(try session.accounts(toolkit: "drive").isEmpty)
        #expect(try session.accounts(toolkit: "gmail", status: .valid).map(\.id) == [mail])
    }

    @Test("is not made with a pin of another user, another toolkit, another member or none")
    func pins() async throws {
        let mail = try await connect("mail")
        let bens = try await connect("ben", "ben")
        func code(_ pins: [ToolkitID: CredentialID], _ member: MemberID? = nil) -> LedgerError.Code?
        {
            do throws(LedgerError) {
                _ = try ledger.session(user: "ana", pins: pins, member: member)
                return nil
            } catch {
                return error.code
            }
        }
        #expect(code(["gmail": mail]) == nil)
        #expect(code(["gmail": bens]) == .pinRefused(.unknownCredential))
        #expect(code(["gmail": "cred_none"]) == .pinRefused(.unknownCredential))
        #expect(code(["drive": mail]) == .pinRefused(.toolkitMismatch(toolkit: "gmail")))
        #expect(code(["gmail": mail], "mia") == .pinRefused(.unknownCredential))
    }

    @Test("does nothing to other users, and knows nothing of them")
    func otherUsers() async throws {
        let bens = try await connect("g-ben", "ben")
        let token = try await ledger.issueToken("ben")
        let session = try ledger.session(user: "ana")
        #expect(try await session.relabel(bens, to: "x").refusal == .unknownCredential)
        #expect(try await session.revoke(.credential(bens)).refusal == .unknownCredential)
        #expect(try await session.revoke(.grant("g-ben")).refusal == .unknownGrant)
        #expect(try await session.expire(ExpireGrant(grant: "g-ben")).refusal == .unknownGrant)
        #expect(try await session.select(bens, for: "gmail").refusal == .unknownCredential)
        let linked = try await session.link(state: token, grant: "g", account: .google("1"))
        #expect(linked.refusal == .unknownState)
        #expect(try session.access.accounts(of: "ben").isEmpty)
        #expect(try session.accounts().isEmpty)
    }

    @Test("begins an authorization that its link ends, in place or beside another account")
    func authorizing() async throws {
        let session = try ledger.session(user: "ana")
        let begun = try await session.authorize(toolkit: "gmail", label: "Work").get()
        #expect(begun.user == "ana")
        #expect(begun.toolkit == "gmail")
        #expect(begun.intent == .connect)
        let linked = try await session.link(
            state: begun.state, grant: "g1", account: .google("1")
        ).get()
        let made = try #require(linked.credential)
        #expect(try session.accounts().map(\.label) == ["Work"])

        let again = try await session.authorize(toolkit: "gmail", reconnect: made).get()
        #expect(again.intent == .reconnect(made))
        let other = try await session.authorize(toolkit: "gmail", allowMultiple: false)
        #expect(throws: Refusal.alreadyConnected(made)) { try other.get() }
        #expect(throws: Never.self) { try again.session.accounts() }
        let key = CommandContext(idempotencyKey: "k")
        let refused = await code { _ = try await session.authorize(toolkit: "x", context: key) }
        #expect(refused == .invalidOption)
    }

    @Test("Authorization sends the user on with the state, in place of one that is there")
    func redirect() async throws {
        let begun = try await ledger.session(user: "ana").authorize(toolkit: "gmail").get()
        func redirect(_ text: String) throws -> String? {
            begun.redirect(to: try #require(URL(string: text)))?.absoluteString
        }
        let base = "https://auth.example.com/connect"
        let state = "state=" + begun.state.secret
        #expect(try redirect(base) == base + "?" + state)
        #expect(try redirect(base + "?a=b%2Bc+d&state=x#f") == base + "?a=b%2Bc+d&" + state + "#f")
    }

    @Test("Authorization waits for its link, and tells nothing of an account that is hidden")
    func waiting() async throws {
        let session = try ledger.session(user: "acme", member: "mia")
        let begun = try await session.authorize(toolkit: "gmail").get()
        async let connection = begun.connection(timeout: .seconds(60))
        let linked = try await session.link(
            state: begun.state, grant: "mias", account: .google("mia")
        ).get()
        #expect(try await connection.credential.id == linked.credential)
        #expect(try await begun.connection().kind == .connected)

        let next = try await session.authorize(toolkit: "gmail").get()
        await #expect(throws: ConnectionWaitError.self) {
            try await next.connection(timeout: .milliseconds(1))
        }
        // Without the session it reconnects an account that is not Mia's.
        _ = try await connect("nobodys", "acme")
        let account = try #require(try ledger.accounts(of: "acme").last).account
        _ = try await ledger.link(state: next.state, grant: "again", account: account).get()
        do {
            _ = try await next.connection()
            Issue.record("a hidden account was handed over")
        } catch let error as ConnectionWaitError {
            #expect(error.code == .refused(.stateAlreadyUsed))
        }
    }

    @Test("Authorization that is printed or dumped holds no token")
    func printing() async throws {
        let begun = try await ledger.session(user: "ana").authorize(toolkit: "gmail").get()
        var dumped = ""
        dump(begun, to: &dumped)
        let text = "\(begun) \(String(reflecting: begun)) \([begun]) \(dumped)"
        #expect(!text.contains(begun.state.secret))
        #expect(text.contains(begun.digest.description))
        #expect(!(begun is any Encodable))
    }

    @Test("of a member connects for the member, and goes on from what was written down")
    func member() async throws {
        _ = try await connect("nobodys", "acme")
        let session = try ledger.session(user: "acme", member: "mia")
        let begun = try await session.authorize(toolkit: "gmail", allowMultiple: false).get()
        let stored = try JSONEncoder().encode(begun.session.settings)

        let settings = try JSONDecoder().decode(SessionSettings.self, from: stored)
        let callback = try ledger.session(restoring: settings)
        let linked = try await callback.link(
            state: begun.state, grant: "mias", account: .google("mia"))
        #expect(try linked.get().kind == .connected)
        #expect(try callback.accounts().map(\.member) == ["mia"])
        #expect(try session.toolkits().map(\.selection.because) == [.onlyUsable])
    }

    @Test("of a narrowed ledger sees no more than the ledger does")
    func narrowed() async throws {
        let mail = try await connect("mail")
        let narrow = ledger.narrowed(to: Narrowing(user: "ana", toolkits: ["drive"]))
        #expect(try narrow.session(user: "ana").accounts().isEmpty)
        #expect(try narrow.session(user: "ben").accounts().isEmpty)
        let wide = SessionSettings(user: "ana")
        let restored = try narrow.session(restoring: wide)
        #expect(try restored.accounts().isEmpty)
        #expect(try ledger.session(restoring: wide).accounts().map(\.id) == [mail])
    }
}

@Suite("Settings of a session") struct SessionSettingsTests {
    private func read(_ text: String) throws -> SessionSettings {
        try JSONDecoder().decode(SessionSettings.self, from: Data(text.utf8))
    }

    private func json(_ settings: SessionSettings) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(settings), as: UTF8.self)
    }

    @Test("are an object in JSON that comes back, and the examples of the schema are such")
    func roundTrip() throws {
        let settings = SessionSettings(
            user: "acme", pins: ["zo\u{EB}": "cred_1", "zoe\u{308}": "cred_2", "a": "cred_3"],
            narrowing: Narrowing(member: "mia"))
        let text = try json(settings)
        #expect(try read(text) == settings)
        #expect(
            text.hasPrefix(
                #"{"narrowing":{"member":"mia"},"pins":[{"credential":"cred_3","toolkit":"a"},"#))
        #expect(text.hasSuffix(#"],"user":"acme","version":1}"#))
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../schemas/examples/sessions.jsonl")
        let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
        #expect(lines.count > 1)
        for line in lines { #expect(try json(read(String(line))) == line) }
    }

    @Test("are not read where anything is missing, misspelt, doubled or of another version")
    func strictness() throws {
        for text in [
            #"{"user":"a","pins":[],"version":1}"#, #"{"user":"a","narrowing":{},"version":1}"#,
            #"{"pins":[],"narrowing":{},"version":1}"#, #"{"user":"a","pins":[],"narrowing":{}}"#,
            #"{"user":"a","pins":[],"narrowing":{},"version":2}"#,
            #"{"user":"a","pins":[],"narrowing":null,"version":1}"#,
            #"{"user":"a","pins":[],"narrowing":{"members":"m"},"version":1}"#,
            #"{"user":"a","pins":[],"narrowing":{},"version":1,"member":"m"}"#,
            #"{"user":"a","pins":{},"narrowing":{},"version":1}"#,
            #"{"user":"a","pins":[{"toolkit":"t"}],"narrowing":{},"version":1}"#,
            #"{"user":"a","pins":[{"toolkit":"t","credential":"c","x":1}],"narrowing":{},"#
                + #""version":1}"#,
            #"{"user":"a","pins":[{"toolkit":"t","credential":"c"},"#
                + #"{"toolkit":"t","credential":"d"}],"narrowing":{},"version":1}"#,
        ] {
            #expect(throws: DecodingError.self, "\(text)") { try read(text) }
        }
    }
}
