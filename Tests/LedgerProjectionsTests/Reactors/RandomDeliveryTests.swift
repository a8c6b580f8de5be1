internal import AccountLedger
internal import LedgerDomain
internal import LedgerProjections
internal import LedgerTestSupport
internal import Synchronization
internal import Testing

/// Deliveries that fail, stop, are cancelled and end their process by chance, on random histories.
@Suite struct RandomDeliveryTests {
    private struct Chance: Sendable {
        var random: SeededGenerator
        /// How likely anything goes wrong, in a hundred.
        var trouble = 30
    }

    @Test(
        "Every handled record is delivered at least once, or parked, and first in order",
        arguments: Effort.seeds("LEDGER_REACTOR_SEEDS", else: 4))
    func delivered(seed: UInt64) async throws {
        var run = try ModelRun(seed: seed, policy: Policy(allowMultiple: true))
        let (outbox, stop) = (Outbox(), Stop())
        let chance = Mutex(Chance(random: SeededGenerator(seed: seed)))
        let opened = Mutex<OpenReactor<ScratchReactor>?>(nil)
        var reactor = ScratchReactor(outbox: outbox) { delivery in
            let dice = chance.withLock { chance in
                chance.random.happens(chance.trouble)
                    ? Int.random(in: 0..<6, using: &chance.random) : 9
            }
            switch dice {
            case 0: throw DeliveryFailure.park("chance")
            case 1: throw DeliveryFailure.stop("chance")
            case 2: throw DeliveryFailure.retry("chance", after: .milliseconds(300))
            case 3: stop.cancel()
            case 4: opened.withLock { $0?.close() }
            case 5: throw ScratchReactor.Failure()
            default: break
            }
        }
        reactor.handles = [.stateIssued, .grantLinked, .grantExpired]
        reactor.ignores = Set(EventKind.allCases).subtracting(reactor.handles)
        let batch = Int(seed % 4) + 1
        for round in 0..<40 {
            if round == 39 { chance.withLock { $0.trouble = 0 } }
            for _ in 0..<6 { try await run.step() }
            let options = ScratchTime().options {
                $0.recordsPerCheckpoint = batch
                $0.retries = RetryPolicy(attempts: 3)
            }
            let ledger = run.ledger
            let open = try ledger.open(reactor, from: .beginning, options: options)
            opened.withLock { $0 = open }
            do {
                let reached = try await stop.catchUp(open)
                if round == 39 { #expect(reached == run.state.head) }
            } catch {
                #expect(round < 39, "\(error)")
            }
            open.close()
        }
        try expectAll(outbox, run, reactor, batch)
    }

    private func expectAll(
        _ outbox: Outbox, _ run: ModelRun, _ reactor: ScratchReactor, _ batch: Int
    ) throws {
        let records = try run.ledger.read { (view) throws(LedgerError) in
            try view.records(after: .start, limit: .max)
        }
        let handled = records.filter { reactor.handles.contains($0.event.kind) }
        let open = try run.ledger.open(reactor, from: .beginning)
        let parked = Set(try open.parked().map(\.position))
        let effects = outbox.effects.map(\.record.position)
        #expect(Set(effects).union(parked) == Set(handled.map(\.position)))
        #expect(!parked.isEmpty)
        var seen: [Position] = []
        for position in effects where !seen.contains(position) { seen.append(position) }
        #expect(seen == seen.sorted())
        // After a restart no more than a batch is delivered again.
        for (one, next) in zip(effects, effects.dropFirst()) where next <= one {
            let between = handled.filter { $0.position >= next && $0.position <= one }
            #expect(between.count <= batch, "\(next) after \(one)")
        }
    }
}
