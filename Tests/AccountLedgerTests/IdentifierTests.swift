internal import AccountLedger
internal import LedgerTestSupport
internal import Testing

@Suite struct IdentifierTests {
    private let scratch: ScratchLedger
    private var ledger: Ledger { scratch.ledger }

    init() throws { scratch = try ScratchLedger() }

    @Test("Identifiers of 255 bytes are kept, of 256 bytes refused with the name of the field")
    func lengths() async throws {
        // Five letters of five scripts, so that bytes and characters differ.
        let longest = String(repeating: "zoë漢🙂", count: 23).prefixBytes(255)
        #expect(longest.utf8.count == 255)
        let user = UserID(longest)
        let toolkit = ToolkitID(longest)
        let token = try await ledger.issueToken(user, toolkit)
        let account = ProviderAccount(
            provider: ProviderID(longest), subject: Identifier(longest),
            email: String(repeating: "e", count: 320), name: String(repeating: "n", count: 320))
        let outcome = try await ledger.link(
            state: token, grant: GrantID(longest), account: account,
            platform: PlatformID(longest), scopes: Array(repeating: longest, count: 64),
            label: String(repeating: "l", count: 200),
            context: CommandContext(
                actor: .user(user), idempotencyKey: IdempotencyKey(longest),
                correlationID: CorrelationID(longest), causationID: CausationID(longest)))
        let id = try #require(try outcome.get().credential)
        _ = try await ledger.select(id, for: toolkit, of: user).get()
        let notice = ExpireGrant(
            grant: GrantID(longest), reason: longest, notice: NoticeID(longest), user: user)
        _ = try await ledger.expire(notice).get()
        let reopened = try scratch.reopened()
        let found = try #require(try reopened.accounts(of: user).first)
        #expect(found.account == account)
        #expect(found.statusReason == longest)
        #expect(found.scopes.count == 64)
        let selection = try reopened.selection(of: user, toolkit: toolkit)
        #expect(selection.result == .needsReconnect(id))
        let tooLong = try await reopened.issueState(
            IssueState(user: UserID(longest + "x"), toolkit: "gmail"))
        #expect(
            tooLong.refusal == .invalid(field: "user", reason: "is longer than 255 bytes of UTF-8"))
    }

    @Test("Composed and decomposed letters are different users, grants, accounts and keys")
    func canonicalEquivalence() async throws {
        let (composed, decomposed) = ("zo\u{EB}", "zoe\u{308}")
        #expect(composed == decomposed)
        for text in [composed, decomposed] {
            let user = UserID(text)
            let token = try await ledger.issueToken(user, ToolkitID(text))
            let outcome = try await ledger.link(
                state: token, grant: GrantID(text), account: .google(text),
                context: CommandContext(idempotencyKey: IdempotencyKey(text)))
            #expect(outcome.isApplied)
        }
        #expect(UserID(composed) != UserID(decomposed))
        for text in [composed, decomposed] {
            let accounts = try ledger.accounts(of: UserID(text))
            #expect(accounts.count == 1)
            #expect(accounts.first?.grant == GrantID(text))
            let other = text.utf8.count == 4 ? decomposed : composed
            let selection = try ledger.selection(of: UserID(text), toolkit: ToolkitID(other))
            #expect(selection.result == .none)
        }
    }

    @Test("Labels that are canonically equivalent are one label")
    func labels() async throws {
        let first = try #require(try await ledger.connect("ann", grant: "g1").credential)
        let second = try #require(try await ledger.connect("ann", grant: "g2").credential)
        _ = try await ledger.relabel(first, to: "Zo\u{EB}").get()
        let taken = try await ledger.relabel(second, to: "ZOE\u{308}")
        #expect(taken.refusal == .labelTaken(by: first))
    }

    @Test("No user's name is the beginning of another's rows", arguments: ["a", "a ", "a\u{7FF}"])
    func prefixes(other: String) async throws {
        try await ledger.connect("a", "b", grant: "g1")
        try await ledger.connect(UserID(other + "b"), "c", grant: "g2")
        #expect(try ledger.accounts(of: "a").map(\.grant) == ["g1"])
        #expect(try ledger.accounts(of: UserID(other + "b")).map(\.grant) == ["g2"])
    }

    @Test("Identifiers with control characters are refused, so that keys cannot be forged")
    func controlCharacters() async throws {
        for text in ["a\u{0}b", "\u{0}", "a\n", "\u{7F}", "\u{85}", ""] {
            let outcome = try await ledger.issueState(IssueState(user: UserID(text), toolkit: "t"))
            #expect(outcome.refusal?.name == "invalid", "\(text.debugDescription)")
        }
        #expect(try ledger.head() == .start)
    }
}

extension String {
    /// As many whole characters as fit, filled up with dots.
    fileprivate func prefixBytes(_ count: Int) -> String {
        var result = ""
        for character in self where result.utf8.count + String(character).utf8.count <= count {
            result.append(character)
        }
        return result + String(repeating: ".", count: count - result.utf8.count)
    }
}
