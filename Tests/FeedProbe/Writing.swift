internal import AccountLedger
internal import Foundation
internal import LedgerTestSupport

/// Writers who do to random users what applications do.
struct Writing {
    static let toolkits: [ToolkitID] = ["gmail", "gmail", "googleCalendar"]

    let path: String
    let users: Int
    let seed: UInt64

    /// The name of a user.
    static func user(_ number: Int) -> UserID { UserID("user\(number)") }

    /// The owner of a user's account, for two thirds of the accounts.
    static func member(_ user: Int, _ account: Int) -> MemberID? {
        account == 0 ? nil : MemberID("member\((user + account) % 50)")
    }

    /// Connects three accounts for each user.
    func fill(_ ledger: Ledger) async throws {
        for start in stride(from: 0, to: users, by: 1000) {
            var grants: [ImportGrant] = []
            for user in start..<min(start + 1000, users) {
                for (number, toolkit) in Self.toolkits.enumerated() {
                    let account = ProviderAccount(
                        provider: "google", subject: Identifier("s\(user)-\(number)"))
                    grants.append(
                        ImportGrant(
                            user: Self.user(user), toolkit: toolkit,
                            grant: GrantID("g\(user)-\(number)"), account: account,
                            member: Self.member(user, number)))
                }
            }
            let result = try await ledger.importGrants(grants, refused: .abandonAll)
            guard result.isCommitted else { throw CocoaError(.fileWriteUnknown) }
        }
    }

    /// Writes until the time is over.
    func run(seconds: Int, writers: Int) async throws {
        let ledger = try Ledger.open(at: path, options: LedgerOptions(access: .readWrite))
        let end = ContinuousClock.now + .seconds(seconds)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<writers {
                group.addTask {
                    var random = SeededGenerator(seed: seed &* 1000 &+ UInt64(writer))
                    var turn = 0
                    while ContinuousClock.now < end {
                        turn += 1
                        let user = Self.user(Int.random(in: 0..<users, using: &random))
                        let name = "\(seed)-\(writer)-\(turn)"
                        try await act(on: user, name, ledger, &random)
                    }
                }
            }
            try await group.waitForAll()
        }
        ledger.close()
    }

    /// One thing that happens to a user; what is refused, because others were quicker, is left.
    private func act(
        on user: UserID, _ name: String, _ ledger: Ledger, _ random: inout SeededGenerator
    ) async throws {
        let accounts = try ledger.accounts(of: user)
        guard let one = accounts.randomElement(using: &random) else { return }
        switch Int.random(in: 0..<100, using: &random) {
        case ..<25: _ = try await ledger.expire(ExpireGrant(grant: one.grant, reason: "soak"))
        case ..<55:
            let issue = IssueState(user: user, toolkit: one.toolkit, reconnect: one.id)
            try await link(issue, name, one.account.subject.text, ledger)
        case ..<70: _ = try await ledger.select(one.id, for: one.toolkit, of: user)
        case ..<75: _ = try await ledger.clearSelection(for: one.toolkit, of: user)
        case ..<90: _ = try await ledger.relabel(one.id, to: name)
        case ..<95:
            let issue = IssueState(user: user, toolkit: one.toolkit, replace: one.id)
            try await link(issue, name, name, ledger)
        default:
            _ = try await ledger.revoke(.credential(one.id))
            let account = ProviderAccount(provider: "google", subject: Identifier(name))
            let grant = ImportGrant(
                user: user, toolkit: one.toolkit, grant: GrantID("i" + name), account: account,
                member: one.member)
            _ = try await ledger.importGrants([grant])
        }
    }

    private func link(
        _ issue: IssueState, _ name: String, _ subject: String, _ ledger: Ledger
    ) async throws {
        guard case .applied(let receipt) = try await ledger.issueState(issue),
            let token = receipt.state
        else { return }
        let account = ProviderAccount(provider: "google", subject: Identifier(subject))
        _ = try await ledger.link(state: token, grant: GrantID("l" + name), account: account)
    }
}
