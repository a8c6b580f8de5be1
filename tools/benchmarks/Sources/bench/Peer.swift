internal import AccountLedger
internal import LMDBPeer
internal import Peers
internal import PostgreSQLPeer
internal import SQLitePeer

/// A database of another kind that does the same work.
final class Peer {
    let contender: Contender
    /// How many connections links are tried with; 0 is one writer with group commit.
    private let connectionCounts: [Int]
    private let kind: UnsafePointer<peer_kind>
    private let store: UnsafeMutableRawPointer
    private var best: [Int: Int] = [:]

    /// - Parameter place: A directory with a copy of a ledger; see `peers/lmdb`.
    static func lmdb(at place: String) throws -> Peer {
        try Peer(.lmdb, lmdb_peer(), place, connectionCounts: [0])
    }

    /// - Parameter place: The path of a file that is absent.
    static func sqlite(at place: String) throws -> Peer {
        try Peer(.sqlite, sqlite_peer(), place, connectionCounts: [0, 1])
    }

    /// - Parameter place: What to connect by.
    static func postgresql(at place: String) throws -> Peer {
        let counts = [1, 4, 8, 16, 32, 64]
        return try Peer(.postgresql, postgresql_peer(), place, connectionCounts: counts)
    }

    private init(
        _ contender: Contender, _ kind: UnsafePointer<peer_kind>?, _ place: String,
        connectionCounts: [Int]
    ) throws {
        var opened: UnsafeMutableRawPointer?
        guard let kind, kind.pointee.open(place, &opened) == 0, let opened else {
            throw Self.failure()
        }
        self.contender = contender
        self.connectionCounts = connectionCounts
        self.kind = kind
        store = opened
    }

    func close() {
        kind.pointee.close(store)
    }

    private static func failure() -> Failure { Failure(String(cString: peer_message())) }

    private func onConnection(_ body: (UnsafeMutableRawPointer) -> Int32) throws {
        var opened: UnsafeMutableRawPointer?
        guard kind.pointee.connect(store, &opened) == 0, let opened else { throw Self.failure() }
        defer { kind.pointee.disconnect(opened) }
        guard body(opened) == 0 else { throw Self.failure() }
    }

    /// Fills it with accounts, where it was not copied.
    func load(accounts: Int) throws {
        guard let load = kind.pointee.load else { return }
        try onConnection { load($0, UInt64(accounts)) }
        try rebuild()
    }

    /// Makes the views anew from the events.
    func rebuild() throws {
        guard let rebuild = kind.pointee.rebuild else { return }
        try onConnection { rebuild($0) }
    }

    /// How many records it has, and of how many bytes; of a copied ledger only.
    func count() throws -> (records: Int, bytes: Int) {
        var (records, bytes): (UInt64, UInt64) = (0, 0)
        guard lmdb_peer_count(store, &records, &bytes) == 0 else { throw Self.failure() }
        return (Int(records), Int(bytes))
    }

    // MARK: - Links

    /// The number of the next link.
    private var linked = 0

    /// Refuses a peer that consumes a state twice: a rule left out would make it look fast.
    func checkRules() throws {
        guard contender != .lmdb else { return }
        let number = UInt64(linked)
        try onConnection { connection in
            kind.pointee.issue(connection, number, 1)
                | withUnsafePointer(to: number) { kind.pointee.link(connection, $0, 1) }
        }
        linked += 1
        try? onConnection { connection in
            withUnsafePointer(to: number) { kind.pointee.link(connection, $0, 1) }
        }
        // By the state, and not because grant and account have a holder by now.
        guard String(cString: peer_message()).contains("the state is unknown, used or expired")
        else { throw Failure("\(contender.rawValue) does not refuse a used state as such") }
        peer_forget()
    }

    func link(callers: Int, count: Int) throws -> Links {
        let connections = try best[callers] ?? findBest(callers: callers, count: count)
        best[callers] = connections
        return try link(callers: callers, count: count, connections: connections)
    }

    /// Tries each number of connections, and keeps the one that links most.
    private func findBest(callers: Int, count: Int) throws -> Int {
        // One caller is best off committing by itself.
        guard callers > 1 else { return 1 }
        let counts = connectionCounts.filter { $0 <= callers }
        guard counts.count > 1 else { return counts[0] }
        let rates = try counts.map { connections in
            (connections, try link(callers: callers, count: count, connections: connections).rate)
        }
        return rates.max { $0.1 < $1.1 }?.0 ?? counts[0]
    }

    private func link(callers: Int, count: Int, connections: Int) throws -> Links {
        let total = callers * count
        try onConnection { kind.pointee.issue($0, UInt64(linked), UInt64(total)) }
        var latencies = [Double](repeating: 0, count: total)
        var run = peer_run()
        var links = peer_links(
            callers: UInt32(callers), count: UInt64(count), first: UInt64(linked),
            connections: UInt32(connections))
        linked += total
        guard peer_link(kind, store, &links, &latencies, &run) == 0 else { throw Self.failure() }
        return Links(seconds: run.seconds, latencies: latencies)
    }

    /// By number of callers, what served them best, in words.
    var bestInWords: String {
        best.keys.sorted().filter { $0 > 1 }.map { callers in
            let connections = best[callers] ?? 0
            return "\(callers) callers: "
                + (connections == 0 ? "one writer, group commit" : "\(connections) connections")
        }.joined(separator: ", ")
    }

    // MARK: - Readings

    /// Reads something of each of some users; returns how many a second were answered.
    func read(_ what: Reading, _ users: UserNames, threads: Int, together: Bool) throws -> Double {
        var (rows, run) = (UInt64(0), peer_run())
        // A journey to a server takes a hundred times as long as a look into memory.
        let isServer = contender == .postgresql
        let count = isServer ? min(users.count, max(2000, users.count / 50)) : users.count
        let passes = isServer ? max(1, users.passes * users.count / 50 / count) : users.passes
        let code = users.names.withUnsafeBufferPointer { names in
            names.withMemoryRebound(to: CChar.self) { names in
                var readings = peer_readings(
                    what: what.code, users: names.baseAddress, count: count,
                    passes: UInt32(passes), threads: UInt32(threads), together: together ? 1 : 0)
                return peer_read(kind, store, &readings, &rows, &run)
            }
        }
        guard code == 0 else { throw Self.failure() }
        guard rows == passes * count * what.rowsPerUser else {
            throw Failure("\(contender.rawValue) finds \(rows) rows, not those expected")
        }
        return Double(passes * count) / run.seconds
    }
}

/// What is read of a user.
enum Reading: String {
    case selection
    case accounts
    case history

    var code: peer_reading {
        switch self {
        case .selection: PEER_SELECTION
        case .accounts: PEER_ACCOUNTS
        case .history: PEER_HISTORY
        }
    }

    var rowsPerUser: Int { self == .selection ? 1 : Samples.accountsPerUser }
}

/// Users to ask for, in an order that jumps about.
struct UserNames {
    let users: [UserID]
    /// Their names, one after the other, as the peers take them.
    let names: [UInt8]
    /// How often each is asked for.
    let passes: Int
    var count: Int { users.count }

    /// - Parameters:
    ///   - lookups: How often somebody is asked for; as many users, if there are.
    ///   - total: How many users there are.
    init(_ lookups: Int, of total: Int) {
        var generator = RepeatableGenerator()
        // Shuffled before they are made, so that each lies in memory beside the next one asked for.
        users = (0..<total).shuffled(using: &generator).prefix(lookups).map(Samples.user)
        passes = max(1, lookups / users.count)
        names = users.flatMap { Array("\($0)".utf8) }
    }
}

/// How long a number of links took.
struct Links {
    let seconds: Double
    /// Of each link, ascending.
    private let latencies: [Double]

    init(seconds: Double, latencies: [Double]) {
        self.seconds = seconds
        self.latencies = latencies.sorted()
    }

    var rate: Double { Double(latencies.count) / seconds }

    /// The microseconds that so large a share of the links did not exceed.
    func microseconds(_ share: Double) -> Double {
        let place = Int((Double(latencies.count) * share).rounded(.up)) - 1
        return latencies[max(0, place)] * 1e6
    }
}
