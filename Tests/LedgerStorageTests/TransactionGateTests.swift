internal import Foundation
@testable internal import LedgerStorage
internal import Synchronization
internal import Testing

@Suite struct TransactionGateTests {
    /// What happened, in order, from any thread.
    private final class Log: Sendable {
        private let lines = Mutex<[String]>([])
        var all: [String] { lines.withLock { $0 } }
        func add(_ line: String) { lines.withLock { $0.append(line) } }
    }

    @Test("Who wants to be alone waits for those inside, and those who come later wait for them")
    func exclusion() throws {
        let (gate, log) = (TransactionGate(), Log())
        let (inside, alone) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        try withThreads(3) { number in
            switch number {
            case 0:
                try gate.enter(.read)
                inside.signal()
                while gate.exclusiveRequests == 0 { sched_yield() }
                // Time for one who does not wait to go wrong.
                Thread.sleep(forTimeInterval: 0.02)
                // A thread that is inside is let in again: it is waited for.
                try gate.enter(.read)
                log.add("first leaves")
                _ = gate.leave(.read)
                _ = gate.leave(.read)
            case 1:
                inside.wait()
                try gate.beginExclusive()
                log.add("alone")
                alone.signal()
                Thread.sleep(forTimeInterval: 0.02)
                log.add("no longer alone")
                gate.endExclusive()
            default:
                alone.wait()
                try gate.enter(.write)
                log.add("later enters")
                _ = gate.leave(.write)
            }
        }
        #expect(log.all == ["first leaves", "alone", "no longer alone", "later enters"])
        #expect(gate.exclusiveRequests == 0)
    }

    @Test("Two who want to be alone are alone one after the other")
    func twoExclusive() throws {
        let gate = TransactionGate()
        let count = Mutex<Int>(0)
        try withThreads(8) { _ in
            for _ in 0..<50 {
                try gate.beginExclusive()
                let now = count.withLock { count in
                    count += 1
                    return count
                }
                if now != 1 { Issue.record("\(now) were alone at once") }
                sched_yield()
                count.withLock { $0 -= 1 }
                gate.endExclusive()
            }
        }
    }

    @Test("Closing refuses those who wait to be alone")
    func closing() throws {
        let gate = TransactionGate()
        let inside = DispatchSemaphore(value: 0)
        let refusal = Mutex<TransactionGate.Refusal?>(nil)
        try withThreads(3) { number in
            switch number {
            case 0:
                try gate.enter(.read)
                inside.signal()
                inside.signal()
                while refusal.withLock({ $0 }) == nil { sched_yield() }
                _ = gate.leave(.read)
            case 1:
                inside.wait()
                do throws(TransactionGate.Refusal) {
                    try gate.beginExclusive()
                } catch {
                    refusal.withLock { $0 = error }
                }
            default:
                inside.wait()
                while gate.exclusiveRequests == 0, refusal.withLock({ $0 }) == nil { sched_yield() }
                if gate.close() { gate.finishClosing() }
            }
        }
        #expect(refusal.withLock { $0 } == .closed)
    }
}
