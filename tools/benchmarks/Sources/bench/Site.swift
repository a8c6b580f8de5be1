internal import AccountLedger
internal import Foundation

/// A ledger of a size, and what the peers have of the same content.
final class Site {
    let events: Int
    let ledger: String
    let users: Int
    private let directory: String
    private let scratch: ScratchDirectory
    private let postgresql: String?
    private var opened: [Contender: Peer] = [:]

    /// - Parameter postgresql: What to connect to PostgreSQL by; it is left out where there is none.
    init(events: Int, in scratch: ScratchDirectory, postgresql: String?) throws {
        users = max(2, events / Samples.accountsPerUser)
        self.events = users * Samples.accountsPerUser
        self.scratch = scratch
        self.postgresql = postgresql
        directory = try scratch.makeDirectory("\(events)")
        ledger = directory + "/ledger"
    }

    func close() {
        for peer in opened.values { peer.close() }
        try? FileManager.default.removeItem(atPath: directory)
    }

    /// Imports accounts, three to a user, as many to a commit as are allowed.
    ///
    /// - Parameter progress: Is told how many have been imported.
    func fill(_ progress: (Int) -> Void) async throws {
        let ledger = try Ledger.open(at: ledger)
        defer { ledger.close() }
        let batch = LedgerOptions().maximumCommandsPerCommit
        for start in stride(from: 0, to: events, by: batch) {
            let numbers = start..<min(start + batch, events)
            let result = try await ledger.importGrants(numbers.map(Samples.importGrant))
            try expectApplied(result.outcomes)
            progress(numbers.upperBound)
        }
    }

    /// The peers of those kinds that can be had, opened and filled when first asked for.
    ///
    /// The ledger must be as it was filled, and closed, when the peer for LMDB is asked for first.
    func peers(_ contenders: Contender...) async throws -> [Peer] {
        var peers: [Peer] = []
        for contender in contenders where contender != .postgresql || postgresql != nil {
            if opened[contender] == nil { opened[contender] = try await open(contender) }
            if let peer = opened[contender] { peers.append(peer) }
        }
        return peers
    }

    private func open(_ contender: Contender) async throws -> Peer? {
        let peer: Peer
        switch contender {
        case .ledger: return nil
        case .lmdb:
            try await copyLedger(to: directory + "/lmdb")
            peer = try .lmdb(at: directory + "/lmdb")
        case .sqlite: peer = try .sqlite(at: directory + "/sqlite")
        case .postgresql: peer = try .postgresql(at: postgresql ?? "")
        }
        note("filling \(contender.rawValue) with \(wholeNumber(Double(events))) events")
        try peer.load(accounts: events)
        return peer
    }

    private func copyLedger(to place: String) async throws {
        let files = FileManager.default
        try files.createDirectory(atPath: place + "/ledger", withIntermediateDirectories: true)
        try files.copyItem(atPath: ledger + "/data.mdb", toPath: place + "/ledger/data.mdb")
        let sample = try LedgerLinks(at: place + "/sample")
        defer { sample.close() }
        _ = try await sample.link(callers: 1, count: 300)
    }

    var fileSize: Double {
        let attributes = try? FileManager.default.attributesOfItem(atPath: ledger + "/data.mdb")
        return (attributes?[.size] as? NSNumber)?.doubleValue ?? .nan
    }
}

/// Says on standard error what is being done, as it takes minutes.
func note(_ text: String) {
    FileHandle.standardError.write(Data((text + "\n").utf8))
}
