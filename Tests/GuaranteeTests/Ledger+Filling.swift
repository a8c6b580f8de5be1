internal import AccountLedger
internal import Testing

extension Ledger {
    /// Makes a ledger in which so many users have a grant each.
    static func fill(_ path: String, _ count: Int) async throws {
        let ledger = try Ledger.open(at: path)
        let grants = (0..<count).map { number in
            ImportGrant(
                user: UserID("u\(number)"), toolkit: "gmail", grant: GrantID("g\(number)"),
                account: ProviderAccount(
                    provider: "google", subject: Identifier("\(number)")))
        }
        #expect(try await ledger.importGrants(grants).isCommitted)
        ledger.close()
    }
}
