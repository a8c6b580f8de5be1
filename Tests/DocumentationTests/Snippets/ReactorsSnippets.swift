internal import AccountLedger
internal import AccountLedgerTesting
internal import Synchronization
internal import Testing

@Suite("The code of Reactors")
struct ReactorsSnippets {
    @Test("A webhook is told of accounts that stop working", .timeLimit(.minutes(1)))
    func webhook() async throws {
        // snippet: reactor
        /// Tells another service which accounts stopped working.
        struct ExpiryWebhook: Reactor {
            struct Unavailable: Error {}

            let name = "expiry-webhook"
            let handles: Set<EventKind> = [.grantExpired]
            let ignores: Set<EventKind> = [
                .stateIssued, .grantLinked, .grantRevoked, .labelChanged, .accountSelected,
            ]
            /// Posts a body with a key to tell repetitions by, and gives the status.
            let post: @Sendable (_ body: String, _ idempotencyKey: String) async throws -> Int

            func react(to delivery: Delivery) async throws {
                guard case .grantExpired(let event) = delivery.record.event else { return }
                let status = try await post(#"{"credential":"\#(event.credential)"}"#, delivery.key)
                switch status {
                case 200...299: return
                case 401: throw DeliveryFailure.stop("the receiver does not know us")
                case 429: throw DeliveryFailure.retry("status 429", after: .seconds(30))
                case 400...499: throw DeliveryFailure.park("status \(status)")
                default: throw Unavailable()
                }
            }
        }
        // end snippet
        let scratch = try ScratchLedger()
        let ledger = scratch.ledger
        let posted = Mutex<[String]>([])
        let post: @Sendable (String, String) async throws -> Int = { body, key in
            posted.withLock {
                $0.append("\(key) \(body)")
                return $0.count == 1 ? 410 : 200
            }
        }
        try await Self.expire("before", on: scratch)
        // snippet: open
        let webhook = try ledger.open(ExpiryWebhook(post: post), from: .now)
        let delivering = Task { try await webhook.run() }
        // end snippet
        let ids = [
            try await Self.expire("first", on: scratch),
            try await Self.expire("second", on: scratch),
        ]
        let head = try ledger.head()
        while try webhook.position < head { try await Task.sleep(for: .milliseconds(1)) }
        delivering.cancel()
        await #expect(throws: CancellationError.self) { try await delivering.value }
        let told = posted.withLock { $0 }
        #expect(told.count == 2)
        for (line, id) in zip(told, ids) { #expect(line.hasSuffix(#"{"credential":"\#(id)"}"#)) }
        #expect(try webhook.parked().map(\.failure) == ["status 410"])
    }

    @discardableResult
    private static func expire(_ name: String, on scratch: ScratchLedger) async throws
        -> CredentialID
    {
        let grant = GrantID(name)
        let account = ProviderAccount(provider: "google", subject: Identifier(name))
        let linked = try await scratch.execute(
            Command(
                .importGrant(
                    ImportGrant(
                        user: "ana", toolkit: ToolkitID(name), grant: grant, account: account,
                        source: "table")))
        ).get()
        _ = try await scratch.execute(Command(.expire(ExpireGrant(grant: grant)))).get()
        return try #require(linked.credential)
    }
}
