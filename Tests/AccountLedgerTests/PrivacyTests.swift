internal import AccountLedger
internal import CoreMetrics
internal import LedgerTestSupport
internal import MetricsTestKit
internal import Testing

@Suite struct PrivacyTests {
    /// Texts that must be found nowhere but in the ledger.
    private static let secrets = ["ann.secret@example.org", "Ann Secret", "secret label"]

    /// Commands of every kind and outcome, with personal fields; answers what can be printed of it.
    private func exercise(_ ledger: Ledger) async throws -> String {
        var printed = ""
        let token = try await ledger.issueToken("ann")
        let account = ProviderAccount.google(
            "1", email: Self.secrets[0], name: Self.secrets[1])
        let linked = try await ledger.link(
            state: token, grant: "g1", account: account, label: Self.secrets[2])
        let id = try #require(try linked.get().credential)
        try await ledger.connect("ann", grant: "g2")
        let other = try #require(try ledger.accounts(of: "ann").last?.id)
        let outcomes = [
            linked, try await ledger.relabel(other, to: Self.secrets[2].uppercased()),
            try await ledger.relabel(
                other, to: Self.secrets[2] + String(repeating: "x", count: 200)),
            try await ledger.link(state: token, grant: "g3", account: account),
            try await ledger.link(
                state: token, grant: "g1", account: account, label: Self.secrets[2] + "2",
                context: CommandContext(idempotencyKey: "k")),
            try await ledger.expire(ExpireGrant(grant: "g1")),
            try await ledger.revoke(.credential(id)),
        ]
        printed += outcomes.map { "\($0) \(String(reflecting: $0))" }.joined()
        printed += "\(try await ledger.issueState(.init(user: "ann", toolkit: "calendar")))"
        do {
            _ = try ledger.selection(of: "ann", toolkit: "x", pins: ["x": id])
        } catch {
            printed += "\(error) \(String(reflecting: error))"
        }
        do { _ = try Ledger.open(at: ledger.path) } catch { printed += String(reflecting: error) }
        #expect(!printed.contains(token.secret))
        return printed
    }

    @Test("Outcomes, refusals and errors that are printed hold no token, e-mail, name or label")
    func printing() async throws {
        let scratch = try ScratchLedger()
        let printed = try await exercise(scratch.ledger)
        for secret in Self.secrets { #expect(!printed.contains(secret)) }
        let token = try await scratch.ledger.issueToken("ann")
        var dumped = ""
        dump(token, to: &dumped)
        #expect(!dumped.contains(token.secret))
    }

    @Test("The log of diagnostics holds nothing of a user")
    func logs() async throws {
        let book = LogBook()
        let scratch = try ScratchLedger { $0.logger = book.logger() }
        _ = try await exercise(scratch.ledger)
        scratch.ledger.close()
        for secret in Self.secrets + ["ann", "cred_", "g1"] { #expect(!book.text.contains(secret)) }
    }

    @Test("Metrics have fixed names, and dimensions of outcomes and refusals only")
    func metrics() async throws {
        let metrics = TestMetrics()
        try await withMetricsFactory(metrics) {
            let scratch = try ScratchLedger()
            _ = try await exercise(scratch.ledger)
            scratch.ledger.close()
            let head = try scratch.reopened().head()
            #expect(metrics.counterTotal(label: "ledger.append.events") == Int64(head.number))
        }
        let counters = Set(metrics.counters.map(\.label))
        #expect(counters == ["ledger.append.events", "ledger.commands", "ledger.clock.clamped"])
        let recorders = Set(metrics.recorders.map(\.label))
        #expect(recorders == ["ledger.commit.requests", "ledger.readers.lag"])
        #expect(Set(metrics.timers.map(\.label)) == ["ledger.commit.duration"])
        let dimensions = metrics.counters.flatMap(\.dimensions)
        #expect(Set(dimensions.map(\.0)) == ["outcome", "refusal"])
        let values = Set(dimensions.map(\.1))
        #expect(
            values == [
                "applied", "refused", "labelTaken", "invalid", "stateAlreadyUsed",
            ])
        #expect(
            metrics.counterTotal(
                label: "ledger.commands",
                dimensions: [("outcome", "refused"), ("refusal", "stateAlreadyUsed")]) == 2)
    }

    @Test("An import that was undone counts no record and no applied command")
    func undoneImports() async throws {
        let metrics = TestMetrics()
        try await withMetricsFactory(metrics) {
            let scratch = try ScratchLedger()
            let grants = ["g1", ""].map {
                ImportGrant(
                    user: "ann", toolkit: "gmail", grant: GrantID($0), account: .google("s" + $0))
            }
            let result = try await scratch.ledger.importGrants(grants, refused: .abandonAll)
            #expect(!result.isCommitted)
        }
        #expect(metrics.counterTotal(label: "ledger.append.events") == 0)
        #expect(
            metrics.counterTotal(label: "ledger.commands", dimensions: [("outcome", "applied")])
                == 0)
    }

    /// A reactor that fails once for each record, with an error that holds everything it was given.
    private struct Careless: Reactor {
        struct Failure: Error, CustomStringConvertible {
            let description: String
        }

        let name = "careless"
        let handles: Set<EventKind> = [.grantLinked]
        let ignores = Set(EventKind.allCases).subtracting([.grantLinked])

        func react(to delivery: Delivery) async throws {
            if delivery.attempt == 1 { throw Failure(description: "\(delivery.record)") }
            if delivery.record.event.credential != nil { throw DeliveryFailure.park("fault") }
        }
    }

    @Test("What is logged, counted and kept of a reactor holds nothing of a user")
    func reactors() async throws {
        let (book, metrics) = (LogBook(), TestMetrics())
        let scratch = try ScratchLedger { $0.logger = book.logger() }
        try await withMetricsFactory(metrics) {
            _ = try await exercise(scratch.ledger)
            var options = ReactorOptions()
            options.retries.first = .zero
            let open = try scratch.ledger.open(Careless(), from: .beginning, options: options)
            try await open.catchUp()
            let parked = try open.parked()
            #expect(parked.count == 2)
            for record in parked {
                #expect(book.text.contains("\(record.id)"))
                #expect(book.text.contains("position\": \(record.position)"), "\(book.text)")
            }
            open.close()
        }
        let kept = FileTree("\(scratch.path)/reactors")["careless/data.mdb"] ?? []
        let bytes = String(decoding: kept, as: UTF8.self)
        #expect(bytes.contains("grant-linked.v1"))
        for secret in Self.secrets + ["cred_", "g1"] {
            #expect(!book.text.contains(secret))
            #expect(!bytes.contains(secret))
        }
        func total(_ outcome: String) -> Int64 {
            metrics.counterTotal(
                label: "ledger.reactor.deliveries",
                dimensions: [("reactor", "careless"), ("outcome", outcome)])
        }
        #expect([total("failed"), total("parked"), total("delivered")] == [2, 2, 0])
        let gauges = metrics.recorders.filter { $0.label.hasPrefix("ledger.reactor") }
        #expect(Set(gauges.map(\.label)) == ["ledger.reactor.lag", "ledger.reactor.parked"])
        #expect(gauges.allSatisfy { $0.dimensions.map(\.0) == ["reactor"] })
    }
}
