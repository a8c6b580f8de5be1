internal import AccountLedger
internal import Testing

@Suite("The code of Narrowed access")
struct NarrowedAccessSnippets {
    private let scratch: ScratchDirectory
    private let ledger: Ledger

    /// A ledger in which an organisation has an account of Ben's and one of Mia's.
    init() async throws {
        scratch = try ScratchDirectory()
        ledger = try Ledger.open(at: scratch.place("ledger"))
        let grants = ["ben", "mia"].enumerated().map { number, member in
            ImportGrant(
                user: "acme", toolkit: "gmail", grant: GrantID("grant-\(number)"),
                account: ProviderAccount(provider: "google", subject: Identifier("\(number)")),
                member: MemberID(member))
        }
        _ = try await ledger.importGrants(grants)
    }

    @Test("Another member's account does not exist")
    func hiding() async throws {
        let bens = try #require(try ledger.accounts(of: "acme").first?.id)

        // snippet: narrowed
        let mias = ledger.narrowed(to: Narrowing(user: "acme", member: "mia"))

        let accounts = try mias.accounts(of: "acme")
        // Mia's accounts; those of other members, and of nobody, are not there

        let outcome = try await mias.revoke(.credential(bens))
        // .refused(.unknownCredential), as for a credential that never existed
        // end snippet
        #expect(accounts.map(\.member) == ["mia"])
        #expect(outcome.refusal == .unknownCredential)
        #expect(try await mias.revoke(.credential("cred_none")).refusal == outcome.refusal)
    }

    @Test("A connection belongs to the member")
    func connecting() async throws {
        let mias = ledger.narrowed(to: Narrowing(user: "acme", member: "mia", toolkits: ["gmail"]))
        let own = try #require(try mias.accounts(of: "acme").first?.id)
        _ = try await mias.revoke(.credential(own)).get()

        // snippet: narrowed-link
        let begun = try await mias.issueState(IssueState(user: "acme", toolkit: "gmail")).get()
        let state = begun.state ?? StateToken("")

        // In the callback, narrowed the same way:
        let linked = try await mias.link(
            state: state, grant: "grant-3",
            account: ProviderAccount(provider: "google", subject: "3")
        ).get()
        // the credential is Mia's
        // end snippet
        let made = try mias.accounts(of: "acme").first
        #expect(made?.id == linked.credential)
        #expect(made?.member == "mia")
    }
}
