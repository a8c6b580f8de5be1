public import LedgerDomain
internal import LedgerFormat
internal import LedgerJournal
internal import LedgerProjections
internal import LedgerStorage

extension Ledger {
    /// Waits until the grant is linked that a state was issued for, by whichever process.
    ///
    /// A state that was used already answers at once, also after a restart. However many wait, one
    /// task reads the new records for all of them. Cancelling ends the wait at once, with
    /// `CancellationError`.
    ///
    /// A link in the last moment of a state may become visible after the state has ended: the wait
    /// looks once more a quarter of a second later, and only then gives up. Where such a commit
    /// takes longer, the wait may end with `stateExpired` though the link is there afterwards: ask
    /// again to be sure. On a ledger with a simulated clock a state ends when a record has a later
    /// time.
    ///
    /// - Parameters:
    ///   - state: The digest of the state.
    ///   - timeout: How long to wait at most; until the state ends where left out.
    ///   - refusedLinks: What a link that this process refuses means for the wait. Of links that
    ///     other processes refuse nothing is known: the log has no refusals.
    /// - Throws: `ConnectionWaitError`, or `LedgerError` where the log cannot be read.
    public func connection(
        authorizedBy state: StateDigest, timeout: Duration? = nil,
        refusedLinks: RefusedLinks = .end
    ) async throws -> Connection {
        let deadline = timeout.map { ContinuousClock.now + $0 }
        let look = try look(at: [state])
        switch look.states[state] {
        case .consumed(let connection): return connection
        case nil: throw ConnectionWaitError(.unknownState)
        case .open(let expiresAt):
            if isOver(expiresAt, at: look.time) {
                throw ConnectionWaitError(.stateExpired(at: expiresAt))
            }
            let terms = ConnectionWaits.Terms(
                state: state, expiresAt: expiresAt, deadline: deadline, refusedLinks: refusedLinks)
            return try await waits.connection(terms, seen: look.head, in: self)
        }
    }

    /// Waits until the grant is linked that a state was issued for, by whichever process.
    ///
    /// - Parameters:
    ///   - state: The token; the ledger keeps its digest only.
    ///   - timeout: How long to wait at most; until the state ends where left out.
    ///   - refusedLinks: What a link that this process refuses means for the wait.
    public func connection(
        authorizedBy state: StateToken, timeout: Duration? = nil,
        refusedLinks: RefusedLinks = .end
    ) async throws -> Connection {
        try await connection(
            authorizedBy: StateDigest(of: state), timeout: timeout, refusedLinks: refusedLinks)
    }

    /// Ends the waits of this process for a state whose authorization came to nothing, such as when
    /// the user has declined.
    ///
    /// The log says nothing of it, so the waits of other processes go on until the state ends; the
    /// state itself can still be used.
    ///
    /// - Parameters:
    ///   - state: The token that the callback brought.
    ///   - reason: The provider's word for it, such as `access_denied`.
    public func endWaits(for state: StateToken, reason: String) {
        waits.end(StateDigest(of: state), .failed(reason: reason))
    }

    /// How many wait for a connection in this process, and how many pages were read for them.
    package var connectionWaits: (count: Int, pages: Int) { waits.figures }
}

/// What a look at some states has found.
struct StateLook {
    enum Found {
        /// It can be used until this time.
        case open(until: Timestamp)
        /// It was used.
        case consumed(Connection)
    }

    /// The states that were issued.
    var states: [StateDigest: Found] = [:]
    /// The head of the log at the look.
    let head: Position
    /// The ledger's time at the look: that of its clock, or of the last record.
    let time: Timestamp
}

/// The links with states that somebody waits for, among some records.
struct LinkPage {
    var connections: [StateDigest: Connection] = [:]
    /// The last record of the page, and its time.
    var end: Position
    var time: Timestamp?
    /// Whether the log had no more.
    var isEnd = false
}

extension Ledger {
    /// How long a link may take to become visible after the last moment of its state.
    private static let grace = Duration.milliseconds(250)

    /// Whether a state has ended for good at a time.
    func isOver(_ expiresAt: Timestamp, at time: Timestamp) -> Bool {
        time >= (usesSimulatedClock ? expiresAt : expiresAt.adding(Self.grace))
    }

    /// When to look whether a state has ended; none where no clock tells.
    func moment(of expiresAt: Timestamp) -> ContinuousClock.Instant? {
        guard !usesSimulatedClock else { return nil }
        let now = CommandExecutor.systemClock().microsecondsSinceEpoch
        let left = Duration.microseconds(max(0, expiresAt.microsecondsSinceEpoch - now))
        return .now + left + Self.grace
    }

    /// Looks at states in one transaction.
    func look(at states: some Collection<StateDigest>) throws(LedgerError) -> StateLook {
        try requireOpen()
        return try translated { () throws(JournalError) in
            let transaction = try environment.beginRead(JournalError.self)
            let reader = ViewReader(tables, log, transaction.snapshot)
            let head = try reader.head()
            var time = CommandExecutor.systemClock()
            if usesSimulatedClock {
                time =
                    head > .start
                    ? try reader.record(at: head).recordedAt : Timestamp(microsecondsSinceEpoch: 0)
            }
            var look = StateLook(head: head, time: time)
            for state in states {
                guard let issued = try reader.issuedState(state) else { continue }
                look.states[state] = .open(until: issued.event.expiresAt)
                guard let position = issued.consumedBy?.positions.lowerBound,
                    let connection = try reader.connection(try reader.record(at: position))
                else { continue }
                look.states[state] = .consumed(connection)
            }
            return look
        }
    }

    /// Reads the links behind a position, a page at a time, in a transaction of its own.
    ///
    /// - Parameter isAwaited: Whether somebody waits for the state; others are passed over.
    func links(
        after position: Position, _ isAwaited: (StateDigest) -> Bool
    ) throws(LedgerError) -> LinkPage {
        try requireOpen()
        return try translated { () throws(JournalError) in
            let transaction = try environment.beginRead(JournalError.self)
            let reader = ViewReader(tables, log, transaction.snapshot)
            let head = try reader.head()
            var page = LinkPage(end: position)
            if position < head {
                let last = min(head, position.advanced(by: 512))
                try reader.scanRecords(from: position.next, through: last) {
                    (record) throws(JournalError) in
                    page.end = record.position
                    page.time = record.recordedAt
                    if let state = record.consumedState, isAwaited(state) {
                        page.connections[state] = try reader.connection(record)
                    }
                    return .next
                }
            }
            page.isEnd = page.end >= head
            return page
        }
    }
}

extension EventRecord {
    /// The state that the record consumed.
    fileprivate var consumedState: StateDigest? {
        guard case .grantLinked(let event) = event, case .state(let digest) = event.origin else {
            return nil
        }
        return digest
    }
}

extension ViewReader {
    /// What the link of a record came to, with the credential as it is now.
    fileprivate func connection(_ record: EventRecord) throws(JournalError) -> Connection? {
        guard case .grantLinked(let event) = record.event,
            let credential = try credential(event.credential, of: record.user)
        else { return nil }
        return Connection(credential: credential, kind: event.kind, position: record.position)
    }
}
