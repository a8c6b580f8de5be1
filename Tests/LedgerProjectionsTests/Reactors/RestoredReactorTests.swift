internal import AccountLedger
internal import Foundation
internal import LedgerDomain
@testable internal import LedgerProjections
internal import LedgerStorage
internal import LedgerTestSupport
internal import Testing

@Suite("A reactor of a ledger that was restored in place")
struct RestoredReactorTests {
    /// Puts a backup in the place of the scene's ledger, and goes on with other records.
    private func restore(_ scene: ReactorScene, appending count: Int) async throws -> Ledger {
        scene.ledger.close()
        let files = FileManager.default
        try files.removeItem(atPath: "\(scene.path)/data.mdb")
        try files.copyItem(
            atPath: scene.directory.appending("backup/data.mdb"), toPath: "\(scene.path)/data.mdb")
        var options = LedgerOptions()
        options.mapSize = 1 << 30
        let restored = try Ledger.open(at: scene.path, options: options)
        for number in 0..<count {
            let action = IssueState(user: UserID("new \(number)"), toolkit: "gmail")
            _ = try await restored.issueState(action).get()
        }
        return restored
    }

    @Test("does not take the attempts of a failing record for those of another in its place")
    func failing() async throws {
        let scene = try await ReactorScene(records: 2)
        try scene.ledger.backup(to: scene.directory.appending("backup"))
        try await scene.append(3)
        let open = try scene.open {
            guard $0.record.position == Position(3) else { return }
            if $0.attempt > 1 { throw DeliveryFailure.stop("closed for today") }
            throw ScratchReactor.Failure()
        }
        #expect(await reactorCode { try await open.catchUp() } == .stopped)
        open.close()
        #expect(try scene.failing() == [Position(3)])

        let restored = try await restore(scene, appending: 2)
        let options = ScratchTime().options { $0.retries.attempts = 1 }
        let again = try restored.open(scene.reactor(), from: .beginning, options: options)
        #expect(try await again.catchUp() == Position(4))
        #expect(try again.parked().isEmpty)
        #expect(scene.outbox.tries.suffix(2) == [[3, 1], [4, 1]])
        again.close()
        let store = try restored.existingReactor("scratch", .readOnly)
        #expect(try store.failingRecords().isEmpty)
        store.close()
        restored.close()
    }

    @Test("leaves a parked record that the log has lost where it is, and goes on")
    func parked() async throws {
        let scene = try await ReactorScene(records: 3)
        let open = try scene.open()
        try await open.catchUp()
        open.close()
        let other = try #require(scene.outbox.attempts.first?.record)
        let store = try scene.ledger.existingReactor("scratch", .readWrite)
        let attempts = FailedAttempts(other, at: other.recordedAt)
            .adding("fault", at: other.recordedAt)
        try store.note(ReactorStore.Change(parked: (Position(3), attempts)))
        store.close()

        let again = try scene.open()
        try again.retry(Position(3))
        try await scene.append(1)
        #expect(try await again.catchUp() == Position(4))
        #expect(scene.outbox.positions == [1, 2, 3, 4])
        let left = try #require(try again.parked().first)
        #expect(left.id == other.id)
        #expect(left.attempts == 1)
        #expect(!left.isDue)
        #expect(left.failure.contains("restored backup"))
        try again.discard(Position(3))
        #expect(try again.parked().isEmpty)
    }
}
