internal import AccountLedger
internal import LedgerTestSupport
internal import Testing

/// A random run of operations that come, begin, end and leave, beside a plain account of them.
struct AdmissionRun {
    private struct Operation {
        let grant: GrantID
        let call: Int
        var isRunning = false
        var sleepsUntil: Admission.Instant?
    }

    private(set) var admission: Admission
    private(set) var entered = 0
    private(set) var begun = 0
    private(set) var left = 0
    private let limit: GrantLimit
    private let widths: [Int]
    private let calls: [Admission.Call]
    private var operations: [Admission.Ticket: Operation] = [:]
    private var order: [Admission.Ticket] = []
    /// Places that are taken although the operation has ended, by call.
    private var kept: [Int]
    private var starts: [GrantID: [Admission.Instant]] = [:]
    private var now = ContinuousClock.now
    private var numbers: SeededGenerator

    init(seed: UInt64) {
        var numbers = SeededGenerator(seed: seed)
        let rate = GrantLimits.Rate(
            Int.random(in: 1...4, using: &numbers), per: .milliseconds(10))
        limit = GrantLimit(
            atOnce: Int.random(in: 1...3, using: &numbers),
            rate: numbers.happens(60) ? rate : nil)
        var admission = Admission(limit)
        widths = (0..<4).map { _ in Int.random(in: 1...4, using: &numbers) }
        calls = widths.map { admission.open(width: $0) }
        kept = widths.map { _ in 0 }
        self.admission = admission
        self.numbers = numbers
    }

    /// Does one thing that may happen.
    mutating func step() {
        switch Int.random(in: 0..<10, using: &numbers) {
        case 0..<4: enter()
        case 4..<6: end()
        case 6: take()
        case 7: leave()
        default:
            now += .milliseconds(Int.random(in: 0...12, using: &numbers))
            wakeSleepers()
        }
        follow()
    }

    /// Lets everything end.
    mutating func drain() {
        for _ in 0..<10_000 where !order.isEmpty {
            end()
            take()
            // What begins does so before the clock moves on.
            follow()
            now += .milliseconds(10)
            wakeSleepers()
            follow()
        }
    }

    private mutating func enter() {
        let call = Int.random(in: 0..<calls.count, using: &numbers)
        let grant = GrantID("g\(Int.random(in: 0..<4, using: &numbers))")
        let ticket = admission.enter(grant, in: calls[call], at: now)
        operations[ticket] = Operation(grant: grant, call: call)
        order.append(ticket)
        entered += 1
    }

    private mutating func end() {
        let running = order.filter { operations[$0]?.isRunning == true }
        guard let ticket = running.randomElement(using: &numbers) else { return }
        admission.end(ticket, at: now)
        kept[operations[ticket]?.call ?? 0] += 1
        forget(ticket)
    }

    private mutating func take() {
        for call in calls.indices where kept[call] > 0 {
            kept[call] -= 1
            admission.freePlace(of: calls[call], at: now)
        }
    }

    private mutating func leave() {
        let waiting = order.filter { operations[$0]?.isRunning == false }
        guard let ticket = waiting.randomElement(using: &numbers) else { return }
        admission.leave(ticket, at: now)
        forget(ticket)
        left += 1
    }

    private mutating func wakeSleepers() {
        for ticket in order {
            guard let until = operations[ticket]?.sleepsUntil, until <= now else { continue }
            operations[ticket]?.sleepsUntil = nil
            admission.wake(ticket, at: now)
            follow()
        }
    }

    private mutating func forget(_ ticket: Admission.Ticket) {
        operations[ticket] = nil
        order.removeAll { $0 == ticket }
    }

    private mutating func follow() {
        for (ticket, order) in admission.takeOrders() {
            switch order {
            case .begin:
                operations[ticket]?.isRunning = true
                begun += 1
                if let grant = operations[ticket]?.grant { starts[grant, default: []].append(now) }
            case .sleep(let until):
                operations[ticket]?.sleepsUntil = until
            }
        }
    }

    /// Compares with what the limits allow, counted anew.
    func check() throws {
        for (call, width) in widths.enumerated() {
            #expect(places(of: call) <= width)
        }
        for grant in Set(operations.values.map(\.grant)) {
            #expect(running(grant) <= limit.atOnce)
        }
        if let rate = limit.rate {
            for times in starts.values where times.count > rate.count {
                for (early, late) in zip(times, times.dropFirst(rate.count)) {
                    #expect(late - early >= rate.interval)
                }
            }
        }
        for ticket in order { try checkWaiting(ticket) }
    }

    /// Whoever waits has a reason; where it is time alone, somebody sleeps until then.
    private func checkWaiting(_ ticket: Admission.Ticket) throws {
        let operation = try #require(operations[ticket])
        guard !operation.isRunning, places(of: operation.call) < widths[operation.call],
            running(operation.grant) < limit.atOnce
        else { return }
        let rate = try #require(limit.rate, "nothing keeps \(ticket) from beginning")
        let counted = starts[operation.grant]?.suffix(rate.count) ?? []
        let first = try #require(counted.count == rate.count ? counted.first : nil)
        let sleeps = operations.values.contains {
            $0.grant == operation.grant
                && $0.sleepsUntil.map { $0 <= first + rate.interval } == true
        }
        #expect(sleeps, "nobody wakes \(ticket)")
    }

    private func places(of call: Int) -> Int {
        kept[call] + operations.values.count { $0.call == call && $0.isRunning }
    }

    private func running(_ grant: GrantID) -> Int {
        operations.values.count { $0.grant == grant && $0.isRunning }
    }
}
