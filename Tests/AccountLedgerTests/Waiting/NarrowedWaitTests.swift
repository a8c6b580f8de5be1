internal import AccountLedger
internal import LedgerTestSupport
internal import Testing

@Suite("Waiting in a session that does not see everything", .timeLimit(.minutes(1)))
struct NarrowedWaitTests {
    private let ledger: Ledger
    private let scratch: ScratchLedger
    private let session: Session
    private let own: CredentialID

    init() async throws {
        scratch = try ScratchLedger { $0.policy = Policy(accountLimit: 3) }
        ledger = scratch.ledger
        for (grant, toolkit, member): (GrantID, ToolkitID, MemberID) in [
            ("b1", "gmail", "ben"), ("b2", "slack", "ben"), ("m1", "gmail", "mia"),
            ("b3", "drive", "ben"), ("b4", "drive", "ben"), ("b5", "drive", "ben"),
        ] {
            let action = ImportGrant(
                user: "acme", toolkit: toolkit, grant: grant, account: .google(grant.text),
                label: grant.text, member: member)
            _ = try await ledger.execute(Command(.importGrant(action))).get()
        }
        session = try ledger.session(user: "acme", member: "mia")
        own = try #require(try session.access.accounts(of: "acme").first).id
    }

    @Test("What a link outside of the session was refused for names nobody whom it does not see")
    func hidden() async throws {
        #expect(try await refusal("gmail", grant: "b1") == .grantAlreadyLinked(nil))
        #expect(try await refusal("teams", grant: "b1") == .grantAlreadyLinked(nil))
        #expect(try await refusal("gmail", label: "b1") == .unknownCredential)
        #expect(try await refusal("slack", allowMultiple: false) == .unknownCredential)
        #expect(try await refusal("drive") == .unknownCredential)
    }

    @Test("What the session sees is named to it as before")
    func seen() async throws {
        #expect(try await refusal("gmail", grant: "m1") == .accountMismatch(own))
        #expect(try await refusal("teams", grant: "m1") == .grantAlreadyLinked(own))
        #expect(try await refusal("gmail", label: "m1") == .labelTaken(by: own))
    }

    /// What a wait ends with when the ledger itself, seeing all, refuses a link with its state.
    private func refusal(
        _ toolkit: ToolkitID, grant: GrantID = "new", label: String? = nil,
        allowMultiple: Bool = true
    ) async throws -> Refusal? {
        let authorization = try await session.authorize(
            toolkit: toolkit, allowMultiple: allowMultiple
        ).get()
        let wait = Task { try await authorization.connection(timeout: .seconds(20)) }
        #expect(await eventually { ledger.connectionWaits.count == 1 })
        let outcome = try await ledger.link(
            state: authorization.state, grant: grant, account: .google("new \(grant)"),
            label: label)
        #expect(outcome.refusal != nil)
        guard case .failure(let error as ConnectionWaitError) = await wait.result,
            case .refused(let refusal) = error.code
        else { return nil }
        return refusal
    }
}
