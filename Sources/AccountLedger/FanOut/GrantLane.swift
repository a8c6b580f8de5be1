/// What happens with one grant: how much runs, what waits, and what began of late.
struct GrantLane {
    private(set) var starts: [Admission.Instant] = []
    var running = 0
    /// In the order in which they came.
    var waiting: [Admission.Ticket] = []
    /// Who sleeps until the rate allows the next to begin.
    var sleeper: Admission.Ticket?

    /// Whether nothing has to be remembered of the grant.
    var isIdle: Bool { running == 0 && waiting.isEmpty && starts.isEmpty }

    /// Whether another operation may begin, as far as the grant is concerned.
    func isOpen(_ limit: GrantLimit) -> Bool {
        running < limit.atOnce && !isSlowed(limit)
    }

    private func isSlowed(_ limit: GrantLimit) -> Bool {
        limit.rate.map { starts.count >= $0.count } ?? false
    }

    mutating func begin(_ ticket: Admission.Ticket, at now: Admission.Instant, _ limit: GrantLimit)
    {
        forget(ticket)
        running += 1
        if limit.rate != nil { starts.append(now) }
    }

    /// Takes a ticket out of those that wait.
    mutating func forget(_ ticket: Admission.Ticket) {
        waiting.removeAll { $0 == ticket }
        if sleeper == ticket { sleeper = nil }
    }

    /// Forgets what began so long ago that it no longer counts.
    mutating func forgetStarts(before now: Admission.Instant, _ limit: GrantLimit) {
        guard let rate = limit.rate else { return }
        starts.removeFirst(starts.prefix { $0 + rate.interval <= now }.count)
    }

    /// Who is to sleep until when, if somebody has to and nobody does.
    mutating func nextSleeper(
        _ limit: GrantLimit
    ) -> (Admission.Ticket, until: Admission.Instant)? {
        guard sleeper == nil, let rate = limit.rate, isSlowed(limit),
            let ticket = waiting.first, let first = starts.first
        else { return nil }
        sleeper = ticket
        return (ticket, first + rate.interval)
    }
}

/// What is left of the places of one call, and who waits for them.
struct CallPlaces {
    var free: Int
    var waiting: [Admission.Ticket] = []

    /// Takes a place.
    mutating func begin(_ ticket: Admission.Ticket) {
        waiting.removeAll { $0 == ticket }
        free -= 1
    }
}
