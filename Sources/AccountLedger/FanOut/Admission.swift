package import LedgerDomain

/// Who of those that wait may begin: what is left of the places of each call, and of the limits of
/// each grant.
///
/// An operation begins when its call has a place and its grant is within its limits, and takes both
/// in one step. Whoever waits holds neither: a grant that is busy keeps no place from the other
/// accounts of its call, and a call that is full keeps no other call from the grant. Operations of
/// a grant begin in the order in which they came, but for those whose call is full.
///
/// Nobody is left waiting who could begin, except for the time that has to pass first; one of those
/// who wait for it is told to sleep until then.
///
/// It holds no clock and suspends nobody, so that tests can try out every order of things.
package struct Admission: Sendable {
    /// A time on the clock that rates are measured by.
    package typealias Instant = ContinuousClock.Instant

    /// Names one operation that wants to begin.
    package struct Ticket: Hashable, Sendable {
        fileprivate let number: UInt64
    }

    /// Names a call whose operations share its places.
    package struct Call: Hashable, Sendable {
        fileprivate let number: UInt64
    }

    /// What the holder of a ticket has to do.
    package enum Order: Hashable, Sendable {
        /// To begin.
        case begin
        /// To sleep until then, and to say so afterwards.
        case sleep(until: Instant)
    }

    /// Orders by the tickets of those who are to follow them.
    package typealias Orders = [(ticket: Ticket, order: Order)]

    private struct Entry {
        let grant: GrantID
        let call: Call
        var isWaiting = true
    }

    private let limit: GrantLimit
    private var lanes: [GrantID: GrantLane] = [:]
    private var calls: [Call: CallPlaces] = [:]
    private var entries: [Ticket: Entry] = [:]
    private var orders: Orders = []
    private var lastNumber: UInt64 = 0
    /// How many grants are known before the next look for those that need not be.
    private var sweepCount = 64

    /// Nobody waits, and nothing has begun.
    package init(_ limit: GrantLimit) {
        self.limit = limit
    }

    /// How many grants something is known of.
    package var grantCount: Int { lanes.count }

    /// How many operations have begun and not ended, over all grants.
    package var runningCount: Int { entries.values.count { !$0.isWaiting } }

    /// How many operations wait for their turn, over all grants.
    package var waitingCount: Int { entries.values.count(where: \.isWaiting) }

    /// The orders that what happened since the last time has led to.
    package mutating func takeOrders() -> Orders {
        defer { orders = [] }
        return orders
    }

    /// Begins a call of which so many operations may run at once.
    package mutating func open(width: Int) -> Call {
        let call = Call(number: nextNumber())
        calls[call] = CallPlaces(free: width)
        return call
    }

    /// Forgets a call of which nothing waits or runs.
    package mutating func close(_ call: Call) {
        calls[call] = nil
    }

    /// Lets an operation of a grant wait for its turn, which may have come.
    package mutating func enter(_ grant: GrantID, in call: Call, at now: Instant) -> Ticket {
        sweep(at: now)
        let ticket = Ticket(number: nextNumber())
        entries[ticket] = Entry(grant: grant, call: call)
        calls[call]?.waiting.append(ticket)
        lanes[grant, default: GrantLane()].waiting.append(ticket)
        settle(grant, at: now)
        return ticket
    }

    /// Takes note that whoever was told to sleep has slept.
    package mutating func wake(_ ticket: Ticket, at now: Instant) {
        guard let entry = entries[ticket], lanes[entry.grant]?.sleeper == ticket else { return }
        lanes[entry.grant]?.sleeper = nil
        settle(entry.grant, at: now)
    }

    /// Takes note that an operation has ended; its place is not free yet.
    package mutating func end(_ ticket: Ticket, at now: Instant) {
        guard let entry = entries[ticket], !entry.isWaiting else { return }
        entries[ticket] = nil
        lanes[entry.grant]?.running -= 1
        settle(entry.grant, at: now)
    }

    /// Gives a place of a call back.
    package mutating func freePlace(of call: Call, at now: Instant) {
        calls[call]?.free += 1
        for ticket in calls[call]?.waiting ?? [] {
            guard let places = calls[call], places.free > 0 else { break }
            guard let entry = entries[ticket], entry.isWaiting else { continue }
            settle(entry.grant, at: now)
        }
    }

    /// Takes back a wish to begin; where it was granted meanwhile, the operation has ended.
    package mutating func leave(_ ticket: Ticket, at now: Instant) {
        guard let entry = entries[ticket] else { return }
        guard entry.isWaiting else {
            end(ticket, at: now)
            freePlace(of: entry.call, at: now)
            return
        }
        entries[ticket] = nil
        calls[entry.call]?.waiting.removeAll { $0 == ticket }
        lanes[entry.grant]?.forget(ticket)
        settle(entry.grant, at: now)
    }

    private mutating func nextNumber() -> UInt64 {
        lastNumber += 1
        return lastNumber
    }

    /// Lets begin who can of those who wait for a grant.
    private mutating func settle(_ grant: GrantID, at now: Instant) {
        guard var lane = lanes.removeValue(forKey: grant) else { return }
        lane.forgetStarts(before: now, limit)
        var index = 0
        while index < lane.waiting.count, lane.isOpen(limit) {
            let ticket = lane.waiting[index]
            guard let entry = entries[ticket], let places = calls[entry.call], places.free > 0
            else {
                index += 1
                continue
            }
            entries[ticket]?.isWaiting = false
            calls[entry.call]?.begin(ticket)
            lane.begin(ticket, at: now, limit)
            orders.append((ticket, .begin))
        }
        if let (ticket, time) = lane.nextSleeper(limit) {
            orders.append((ticket, .sleep(until: time)))
        }
        if !lane.isIdle { lanes[grant] = lane }
    }

    /// Forgets grants of which nothing is known but beginnings that no longer count.
    ///
    /// The cost is spread over the grants that came since the last time.
    private mutating func sweep(at now: Instant) {
        guard lanes.count >= sweepCount else { return }
        for (grant, lane) in lanes {
            var lane = lane
            lane.forgetStarts(before: now, limit)
            if lane.isIdle { lanes[grant] = nil }
        }
        sweepCount = max(64, 2 * lanes.count)
    }
}

/// What one grant allows.
package struct GrantLimit: Hashable, Sendable {
    /// The most operations at once.
    package var atOnce = Int.max
    /// The most that begin within any stretch of so long a time.
    package var rate: GrantLimits.Rate?

    /// No limits where left out.
    package init(atOnce: Int = .max, rate: GrantLimits.Rate? = nil) {
        self.atOnce = atOnce
        self.rate = rate
    }
}
