internal import AccountLedger
internal import Foundation
internal import Synchronization
internal import Testing

@Suite("The code of Auditing")
struct AuditingSnippets {
    @Test("A replay tells which accounts of all users had expired by a moment")
    func replaying() async throws {
        let scratch = try ScratchDirectory()
        let ledger = try Ledger.open(at: scratch.place("ledger"))
        let known = ["ana", "ben"].map { user in
            ImportGrant(
                user: UserID(user), toolkit: "gmail", grant: GrantID("grant of \(user)"),
                account: ProviderAccount(provider: "google", subject: Identifier(user)))
        }
        _ = try await ledger.importGrants(known)
        _ = try await ledger.expire(ExpireGrant(grant: "grant of ben"))
        let endOfQuarter = Timestamp(Date())
        _ = try await ledger.expire(ExpireGrant(grant: "grant of ana"))

        // snippet: replay
        let expired = Mutex<[CredentialID]>([])
        let end = try ledger.replay(asOf: .time(endOfQuarter)) { user in
            let found = user.accounts.filter { $0.status == .expired }.map(\.id)
            expired.withLock { $0 += found }
            return true
        }
        // end snippet
        #expect(end == Position(3))
        #expect(expired.withLock { $0 } == (try ledger.accounts(of: "ben").map(\.id)))
    }
}
