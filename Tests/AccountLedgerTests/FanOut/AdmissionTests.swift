internal import AccountLedger
internal import LedgerTestSupport
internal import Testing

/// The rules by which operations begin, tried out with a clock of the test's own.
@Suite struct AdmissionTests {
    private static let start = ContinuousClock.now

    @Test("Operations of a grant begin in the order in which they came")
    func fair() {
        var admission = Admission(GrantLimit(atOnce: 1))
        let calls = (0..<3).map { _ in admission.open(width: 1) }
        let tickets = calls.map { admission.enter("g", in: $0, at: Self.start) }
        #expect(admission.takeBegun() == [tickets[0]])
        admission.end(tickets[0], at: Self.start)
        #expect(admission.takeBegun() == [tickets[1]])
        admission.end(tickets[1], at: Self.start)
        #expect(admission.takeBegun() == [tickets[2]])
    }

    @Test("A call that is full does not keep another from the grant, and has its turn afterwards")
    func full() {
        var admission = Admission(GrantLimit(atOnce: 1))
        let (full, other) = (admission.open(width: 1), admission.open(width: 1))
        let busy = admission.enter("busy", in: full, at: Self.start)
        let waiting = admission.enter("g", in: full, at: Self.start)
        let passing = admission.enter("g", in: other, at: Self.start)
        #expect(admission.takeBegun() == [busy, passing])
        admission.end(busy, at: Self.start)
        admission.freePlace(of: full, at: Self.start)
        #expect(admission.takeBegun().isEmpty)
        let late = admission.enter("g", in: admission.open(width: 1), at: Self.start)
        admission.end(passing, at: Self.start)
        #expect(admission.takeBegun() == [waiting])
        admission.end(waiting, at: Self.start)
        #expect(admission.takeBegun() == [late])
    }

    @Test("One of those who wait for the rate sleeps, and another when that one leaves")
    func sleepers() {
        let rate = GrantLimits.Rate(1, per: .seconds(1))
        var admission = Admission(GrantLimit(rate: rate))
        let call = admission.open(width: 9)
        let tickets = (0..<3).map { _ in admission.enter("g", in: call, at: Self.start) }
        let until = Self.start + .seconds(1)
        let orders = admission.takeOrders()
        #expect(orders.map(\.ticket) == [tickets[0], tickets[1]])
        #expect(orders.map(\.order) == [.begin, .sleep(until: until)])
        admission.leave(tickets[1], at: Self.start)
        #expect(admission.takeOrders().map(\.order) == [.sleep(until: until)])
        admission.wake(tickets[2], at: until)
        #expect(admission.takeBegun() == [tickets[2]])
    }

    @Test(
        "Whatever comes, ends or leaves: limits hold and nobody waits in vain",
        arguments: Effort.seeds("LEDGER_ADMISSION_RUNS", else: 30))
    func random(_ seed: UInt64) throws {
        var run = AdmissionRun(seed: seed)
        for _ in 0..<600 {
            run.step()
            try run.check()
        }
        run.drain()
        try run.check()
        #expect(run.begun + run.left == run.entered)
        #expect(run.admission.runningCount == 0)
    }
}

extension Admission {
    /// Who was told to begin since the last time.
    mutating func takeBegun() -> [Ticket] {
        takeOrders().filter { $0.order == .begin }.map(\.ticket)
    }
}
