internal import AccountLedger
internal import LedgerTestSupport
internal import Testing

@Suite struct ClockTests {
    private func simulated() throws -> ScratchLedger {
        try ScratchLedger { $0.usesSimulatedClock = true }
    }

    private func issue(_ user: UserID) -> Command {
        Command(.issueState(IssueState(user: user, toolkit: "gmail", allowMultiple: true)))
    }

    private func time(_ seconds: Int64) -> Timestamp {
        Timestamp(microsecondsSinceEpoch: seconds * 1_000_000)
    }

    @Test("With a simulated clock every command brings its time, and records bear it")
    func simulatedTimes() async throws {
        let scratch = try simulated()
        let ledger = scratch.ledger
        #expect(ledger.usesSimulatedClock)
        _ = try await ledger.execute(issue("ann"), at: time(1000))
        _ = try await ledger.execute([issue("bob"), issue("ann")], at: [time(2000), time(1500)])
        #expect(
            try ledger.allRecords().map(\.recordedAt) == [
                time(1000), time(2000), time(2000).adding(microseconds: 1),
            ])
    }

    @Test(
        "A command without its time is an error where the clock is simulated, and nothing is done")
    func missingTimes() async throws {
        let scratch = try simulated()
        let ledger = scratch.ledger
        #expect(await code { _ = try await ledger.execute(issue("ann")) } == .clockMismatch)
        #expect(
            await code { _ = try await ledger.execute([issue("a"), issue("b")]) } == .clockMismatch)
        let tooFew = await code {
            _ = try await ledger.execute([issue("a"), issue("b")], at: [time(1)])
        }
        #expect(tooFew == .clockMismatch)
        #expect(try ledger.head() == .start)
    }

    @Test("A command with a time is an error where the ledger keeps its own clock")
    func ownClock() async throws {
        let scratch = try ScratchLedger()
        let found = await code { _ = try await scratch.ledger.execute(issue("ann"), at: time(1)) }
        #expect(found == .clockMismatch)
        #expect(try scratch.ledger.head() == .start)
    }

    @Test("Whether the clock is simulated is decided when a ledger is made")
    func decidedOnce() async throws {
        let scratch = try ScratchLedger()
        scratch.ledger.close()
        var options = LedgerOptions()
        options.usesSimulatedClock = true
        let path = scratch.path
        #expect(await code { _ = try Ledger.open(at: path, options: options) } == .clockMismatch)
        #expect(!(try Ledger.open(at: path).usesSimulatedClock))
        let other = try simulated()
        #expect(try other.reopened().usesSimulatedClock)
    }

    @Test("States expire by the simulated clock, to the microsecond")
    func expiry() async throws {
        let scratch = try simulated()
        let ledger = scratch.ledger
        for (number, late) in [Int64(-1), 0].enumerated() {
            let start = time(10_000 * Int64(number + 1))
            let issued = try await ledger.execute(issue("ann"), at: start).get()
            let found = try StateDigest.of(issued, in: ledger)
            let digest = try #require(found)
            let link = LinkGrant(
                state: digest, grant: GrantID("g\(number)"), account: .google("\(number)"))
            let end = start.adding(seconds: 600)
            #expect(issued.expiresAt == end)
            let now = end.adding(microseconds: late)
            let outcome = try await ledger.execute(Command(.link(link)), at: now)
            #expect(outcome.refusal == (late < 0 ? nil : .stateExpired(at: end)))
        }
    }

    @Test(
        "A simulated time outside the years 1 to 9999 does no harm to the log",
        arguments: [Int64.max, .min, 253_402_300_799_999_999, 253_402_300_800_000_000])
    func outOfRange(microseconds: Int64) async throws {
        let scratch = try simulated()
        let ledger = scratch.ledger
        _ = try await ledger.execute(issue("ann"), at: time(1000))
        let odd = Timestamp(microsecondsSinceEpoch: microseconds)
        _ = try? await ledger.execute(issue("bob"), at: odd)
        _ = try? await ledger.execute(issue("bob"), at: odd)
        _ = try? await ledger.execute(issue("ann"), at: time(2000))
        try ledger.expectDense()
        let reopened = try scratch.reopened()
        #expect(try !reopened.history(of: "ann").isEmpty)
    }
}

extension StateDigest {
    /// The digest of the state that a command issued, as its record has it.
    static func of(_ receipt: Receipt, in ledger: Ledger) throws -> StateDigest? {
        let record = try ledger.allRecords().first { $0.position == receipt.positions?.lowerBound }
        guard case .stateIssued(let event)? = record?.event else { return nil }
        return event.digest
    }
}
