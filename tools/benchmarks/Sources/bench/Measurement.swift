internal import AccountLedger
internal import Peers
internal import Synchronization

/// Measures each kind of work on one site, the contenders in turns.
struct Measurement {
    let site: Site
    let plan: Plan
    /// The program `account-ledger`.
    let tool: String
    private(set) var lines: [Line] = []
    private(set) var remarks: [String] = []

    init(_ site: Site, _ plan: Plan, tool: String) {
        self.site = site
        self.plan = plan
        self.tool = tool
    }

    mutating func run() async throws {
        try await fill()
        for work in plan.works {
            note("\(work.rawValue), \(wholeNumber(Double(site.events))) events")
            switch work {
            case .import: continue
            case .size: try await measureSize()
            case .selections: try await measureSelections()
            case .accounts: try await measureReadings(.accounts, "list a user's accounts")
            case .history: try await measureReadings(.history, "history of a user")
            case .open: try measureOpening()
            case .rebuild: try await measureRebuilding()
            case .replay: try measureReplaying()
            case .verify: try measureVerifying()
            case .links: try await measureLinks()
            case .feed: try await measureFeed()
            }
        }
    }

    /// Fills the ledger, and measures that too: every tenth by itself.
    private mutating func fill() async throws {
        note("importing \(wholeNumber(Double(site.events))) accounts")
        var rate = Line("import", "rows/s", .atLeast(200_000))
        var memory = Line("import, memory of its own", "MB")
        var (mark, start, peak) = (0, peer_clock(), 0.0)
        try await site.fill { done in
            peak = max(peak, Machine.megabytes(of: "RssAnon"))
            guard done - mark >= site.events / 10 || done == site.events else { return }
            let now = peer_clock()
            rate.add([.ledger: Double(done - mark) / (now - start)])
            (mark, start) = (done, now)
        }
        memory.add([.ledger: peak])
        if plan.works.contains(.import) { lines += [rate, memory] }
    }

    private mutating func measureSize() async throws {
        let size = site.fileSize
        guard let copy = try await site.peers(.lmdb).first else { return }
        let (records, bytes) = try copy.count()
        var perEvent = Line(Self.sizePerEvent, "bytes")
        var share = Line("size of the file / bytes of the records", "", .atMost(2.5))
        perEvent.add([.ledger: size / Double(records)])
        share.add([.ledger: size / Double(bytes)])
        lines += [perEvent, share]
    }

    // MARK: - Readings

    private mutating func measureSelections() async throws {
        let peers = try await site.peers(.lmdb, .sqlite, .postgresql)
        let ledger = try Ledger.open(at: site.ledger)
        defer { ledger.close() }
        let users = UserNames(plan.lookups, of: site.users)
        let readings = LedgerReadings(ledger, users)
        for threads in [1, 2] {
            var measured = SelectionLines(threads: threads)
            for _ in 0..<plan.rounds {
                var (each, together) = ([Contender: Double](), [Contender: Double]())
                each[.ledger] = try await readings.run(
                    .selection, threads: threads, together: false)
                together[.ledger] = try await readings.run(
                    .selection, threads: threads, together: true)
                for peer in peers {
                    each[peer.contender] = try peer.read(
                        .selection, users, threads: threads, together: false)
                    together[peer.contender] = try peer.read(
                        .selection, users, threads: threads, together: true)
                }
                measured.add(each: each, together: together)
            }
            lines += measured.lines
        }
    }

    private mutating func measureReadings(_ what: Reading, _ name: String) async throws {
        let peers = try await site.peers(.lmdb, .sqlite, .postgresql)
        let ledger = try Ledger.open(at: site.ledger)
        defer { ledger.close() }
        let users = UserNames(plan.lookups / 4, of: site.users)
        let readings = LedgerReadings(ledger, users)
        for threads in [1, 2] {
            let title = Self.name(name, threads: threads)
            var line =
                what == .accounts
                ? Line(title, "/s", .atLeast(0.5, .lmdb), .atLeast(3, .sqlite))
                : Line(title, "/s")
            for _ in 0..<plan.rounds {
                var rates = [
                    Contender.ledger: try await readings.run(
                        what, threads: threads, together: false)
                ]
                for peer in peers {
                    rates[peer.contender] = try peer.read(
                        what, users, threads: threads, together: false)
                }
                line.add(rates)
            }
            lines.append(line)
        }
    }

    private mutating func measureOpening() throws {
        var line = Line(Self.openName, "ms", .atMost(20))
        for _ in 0..<max(5, plan.rounds) {
            let start = peer_clock()
            let ledger = try Ledger.open(at: site.ledger)
            line.add([.ledger: (peer_clock() - start) * 1000])
            ledger.close()
        }
        lines.append(line)
    }

    // MARK: - The whole log

    private mutating func measureRebuilding() async throws {
        var rate = Line(
            "rebuild of the views", "events/s", .atLeast(5, .sqlite), .atLeast(5, .postgresql))
        // The target is for the size at which there is most to wait for.
        var seconds =
            site.events > 9_000_000
            ? Line("rebuild of the views", "s", .atMost(15)) : Line("rebuild of the views", "s")
        var memory = Line("rebuild of the views, memory of its own", "MB", .atMost(537))
        let peers = try await site.peers(.sqlite, .postgresql)
        for _ in 0..<plan.wholeRounds {
            let run = try runTool("rebuild")
            var reached = [Contender.ledger: run.seconds]
            for peer in peers {
                let start = peer_clock()
                try peer.rebuild()
                reached[peer.contender] = peer_clock() - start
            }
            seconds.add(reached)
            rate.add(reached.mapValues { Double(site.events) / $0 })
            memory.add([.ledger: run.megabytes])
        }
        lines += [rate, seconds, memory]
    }

    private mutating func measureReplaying() throws {
        var rate = Line(
            "replay (decode and fold all, 2 threads)", "events/s", .atLeast(2_000_000))
        let ledger = try Ledger.open(at: site.ledger, options: .init(access: .readOnly))
        defer { ledger.close() }
        // As with the peers, the first pass is not timed.
        for round in 0...plan.wholeRounds {
            let start = peer_clock()
            let accounts = Mutex(0)
            let end = try ledger.replay(threads: 2) { user in
                accounts.withLock { $0 += user.accounts.count }
                return true
            }
            let seconds = peer_clock() - start
            guard end == Position(UInt64(site.events)), accounts.withLock({ $0 }) == site.events
            else { throw Failure("the replay finds other accounts than were imported") }
            if round > 0 { rate.add([.ledger: Double(site.events) / seconds]) }
        }
        lines.append(rate)
        try measureWhole("replay", "replay, every account listed")
    }

    private mutating func measureVerifying() throws {
        try measureWhole("verify", "verify", .atLeast(1_000_000))
    }

    private mutating func measureWhole(
        _ subcommand: String, _ name: String, _ target: Target? = nil
    ) throws {
        var rate = target.map { Line(name, "events/s", $0) } ?? Line(name, "events/s")
        var memory = Line(name + ", memory of its own", "MB")
        for _ in 0..<plan.wholeRounds {
            let run = try runTool(subcommand)
            rate.add([.ledger: Double(site.events) / run.seconds])
            memory.add([.ledger: run.megabytes])
        }
        lines += [rate, memory]
    }

    private func runTool(_ subcommand: String) throws -> Child.Run {
        try Child.run(tool, ["--ledger", site.ledger, subcommand])
    }

    // MARK: - Links

    private mutating func measureLinks() async throws {
        let peers = try await site.peers(.lmdb, .sqlite, .postgresql)
        for peer in peers { try peer.checkRules() }
        let ledger = try LedgerLinks(at: site.ledger)
        defer { ledger.close() }
        var measured = plan.links.map { LinkLines(callers: $0.callers) }
        for round in 0...plan.rounds {
            for (index, work) in plan.links.enumerated() {
                var links = [
                    Contender.ledger: try await ledger.link(
                        callers: work.callers, count: work.count)
                ]
                for peer in peers {
                    links[peer.contender] = try peer.link(
                        callers: work.callers, count: work.count)
                }
                // In the first round each finds out what is best for it.
                if round > 0 { measured[index].add(links) }
            }
        }
        lines += measured.flatMap(\.lines)
        for peer in peers where peer.contender != .lmdb {
            remarks.append("\(peer.contender.rawValue) was best served by \(peer.bestInWords).")
        }
    }

    // MARK: - The change feed

    private mutating func measureFeed() async throws {
        let feed = Feed(path: site.ledger)
        var middle = Line("change feed, to another process, p50", "ms", .atMost(5))
        var tail = Line("change feed, to another process, p99", "ms", .atMost(50))
        var idle = Line("change feed, idle", "% of a core", .atMost(1))
        for _ in 0..<plan.wholeRounds {
            let run = Links(seconds: 1, latencies: try await feed.follow(plan.changes))
            middle.add([.ledger: run.microseconds(0.5) / 1000])
            tail.add([.ledger: run.microseconds(0.99) / 1000])
            idle.add([.ledger: try await feed.idle(seconds: 2)])
        }
        lines += [middle, tail, idle]
    }
}
