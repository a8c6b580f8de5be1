internal import AccountLedger
internal import Testing

@Suite("The code of Getting started")
struct GettingStartedSnippets {
    @Test("Two accounts are connected, one expires, and the past can be asked")
    func walk() async throws {
        let scratch = try ScratchDirectory()
        let directory = scratch.place("ledger")

        // snippet: open
        let ledger = try Ledger.open(at: directory)
        // end snippet

        // snippet: begin
        let begun = try await ledger.issueState(
            IssueState(user: "ana", toolkit: "gmail", label: "Work")
        ).get()
        let secret = begun.state?.secret ?? ""
        // end snippet
        #expect(secret.utf8.count == 43)

        // snippet: link
        let work = try await ledger.link(
            state: StateToken(secret), grant: "grant-1",
            account: ProviderAccount(provider: "google", subject: "1093", email: "ana@example.com"),
            platform: "nylas"
        ).get()
        // work.kind == .connected, work.credential is the new credential
        // end snippet
        #expect(work.kind == .connected)
        #expect(work.credential != nil)

        // snippet: second
        let another = IssueState(
            user: "ana", toolkit: "gmail", allowMultiple: true, label: "Personal")
        let token = try await ledger.issueState(another).get().state ?? StateToken("")
        let personal = try await ledger.link(
            state: token, grant: "grant-2",
            account: ProviderAccount(provider: "google", subject: "2207", email: "ana@example.net"),
            platform: "nylas"
        ).get()
        // end snippet

        // snippet: active
        let active = try ledger.selection(of: "ana", toolkit: "gmail")
        // active.result == .credential(personal.credential), because .mostRecentlyConnected;
        // active.passedOver names work.credential, because it is .older
        // end snippet
        #expect(active.credential == personal.credential)
        #expect(active.because == .mostRecentlyConnected)
        #expect(active.passedOver.map(\.credential) == [work.credential])
        #expect(active.passedOver.map(\.why) == [.older])

        // snippet: expire
        let notice = ExpireGrant(grant: "grant-2", reason: "password changed", notice: "hook-17")
        let expired = try await ledger.expire(
            notice, context: CommandContext(actor: .platform("nylas"))
        ).get()

        let now = try ledger.selection(of: "ana", toolkit: "gmail")
        // now.result == .credential(work.credential), because .onlyUsable;
        // now.passedOver names personal.credential, because it is .expired
        // end snippet
        #expect(now.credential == work.credential)
        #expect(now.because == .onlyUsable)
        #expect(now.passedOver.map(\.why) == [.expired])

        // snippet: before
        let connected = personal.positions?.upperBound ?? .start
        let before = try ledger.selection(
            of: "ana", toolkit: "gmail", asOf: .position(connected))
        // before.result == .credential(personal.credential)

        let history = try ledger.history(of: "ana")
        // state-issued.v1, grant-linked.v1, state-issued.v1, grant-linked.v1, grant-expired.v1
        // end snippet
        #expect(before.credential == personal.credential)
        #expect(
            history.map(\.event.wireName) == [
                "state-issued.v1", "grant-linked.v1", "state-issued.v1", "grant-linked.v1",
                "grant-expired.v1",
            ])
        #expect(history.last?.position == expired.positions?.upperBound)
    }

    @Test("A refusal says what the caller needs")
    func refusals() async throws {
        let scratch = try ScratchDirectory()
        let ledger = try Ledger.open(at: scratch.place("ledger"))
        let first = try await ledger.issueState(IssueState(user: "ana", toolkit: "gmail")).get()
        _ = try await ledger.link(
            state: first.state ?? StateToken(""), grant: "grant-1",
            account: ProviderAccount(provider: "google", subject: "1093"))
        var answer = ""

        // snippet: refusal
        switch try await ledger.issueState(IssueState(user: "ana", toolkit: "gmail")) {
        case .applied(let receipt), .unchanged(let receipt):
            answer = "Continue with \(receipt.state?.secret ?? "the state you have")."
        case .refused(.alreadyConnected(let credential)):
            answer = "Reconnect \(credential), or ask whether a second account is meant."
        case .refused(let refusal):
            answer = "Not possible: \(refusal.name)."
        }
        // end snippet
        #expect(answer.hasPrefix("Reconnect cred_"))
    }
}
