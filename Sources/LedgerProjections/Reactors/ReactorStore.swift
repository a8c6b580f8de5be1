package import LedgerDomain
internal import LedgerJournal
package import LedgerStorage

/// How far a reactor is, and what could not be delivered, in an environment of its own.
package final class ReactorStore: Sendable {
    /// What the environment is of, and the checkpoint.
    static let metaTable = TableDefinition(name: "_reactor", isEssential: true)
    /// Records of the line that are tried again: the one after the checkpoint, and those of a
    /// batch that were begun.
    private static let failing = TableDefinition(name: "failing")
    /// Records that delivery went on without.
    private static let parked = TableDefinition(name: "parked")
    /// Those of them that are to be delivered once more; no values.
    private static let due = TableDefinition(name: "due")

    private static let aboutKey = Array("about".utf8)
    private static let checkpointKey = Array("checkpoint".utf8)

    package let name: String
    let log: FollowedLog
    let environment: Environment
    let (meta, failing, parked, due): (Table, Table, Table, Table)

    /// Opens what is kept of a reactor.
    ///
    /// - Parameters:
    ///   - name: The reactor's name.
    ///   - path: Its directory.
    ///   - ledger: The ledger, by its own name.
    ///   - live: The environment of its log.
    ///   - access: `.create` makes what is absent, with the checkpoint that `start` gives.
    ///   - start: Where to begin; none refuses what was never begun.
    package init(
        _ name: String, at path: String, of ledger: String, _ live: Environment,
        access: EnvironmentOptions.Access, start: ReactorStart? = nil
    ) throws(ReactorError) {
        self.name = name
        do { log = try FollowedLog(live) } catch { throw ReactorError(error) }
        let options = EnvironmentOptions(mapSize: 1 << 30, maxReaders: 126, access: access)
        let definitions = [Self.metaTable, Self.failing, Self.parked, Self.due]
        do throws(StorageError) {
            environment = try Environment.openWithRoom(
                at: path, tables: definitions, options: options)
        } catch {
            throw ReactorError(storage: error)
        }
        let tables = environment.tables
        (meta, failing, parked, due) = (tables[0], tables[1], tables[2], tables[3])
        do { try claim(for: ledger, start) } catch {
            environment.close()
            throw error
        }
    }

    deinit { environment.close() }

    /// Ends the use; later calls are refused.
    package func close() { environment.close() }

    /// The directory.
    package var path: String { environment.path }

    private func claim(for ledger: String, _ start: ReactorStart?) throws(ReactorError) {
        var about = RowEncoder()
        about.append(name)
        about.append(ledger)
        let wanted = about.bytes
        var found = try value(of: Self.aboutKey)
        if found == nil, let start {
            let first = try checkpoint(of: start)
            found = try change { (transaction) throws(StorageError) in
                // Another process may have begun meanwhile.
                let found = try transaction.snapshot.copy(of: Self.aboutKey, in: meta)
                if let found { return found }
                try transaction.put(key: Self.aboutKey, value: wanted, in: meta)
                try transaction.put(key: Self.checkpointKey, value: first.bytes, in: meta)
                return wanted
            }
        }
        guard found != wanted else { return }
        throw ReactorError(
            .otherLedger,
            "\(environment.path) does not hold the checkpoint of reactor \(name) on this ledger."
                + " Move the directory away, and open the reactor where it is to begin.")
    }

    private func checkpoint(of start: ReactorStart) throws(ReactorError) -> Checkpoint {
        do throws(JournalError) {
            let head = try log.head()
            let position: Position
            switch start {
            case .beginning: position = .start
            case .now: position = head
            case .after(let given): position = given
            }
            guard position > .start else { return Checkpoint() }
            if position <= head, let record = try log.record(at: position) {
                return Checkpoint(record)
            }
            throw JournalError(.missingRecord, at: position)
        } catch {
            guard case .after(let position) = start, case .missingRecord = error.code else {
                throw ReactorError(error)
            }
            throw ReactorError(
                .positionPastHead, at: position,
                "Reactor \(name) cannot begin after position \(position), which has no record yet.")
        }
    }
}

extension ReactorStore {
    /// The last record that was delivered, parked or passed.
    package func checkpoint() throws(ReactorError) -> Checkpoint {
        let bytes = try value(of: Self.checkpointKey)
        guard let checkpoint = bytes.flatMap({ Checkpoint($0) }) else { throw damaged() }
        return checkpoint
    }

    /// Refuses to deliver from a log that lacks what was delivered last.
    func requireOfLog(_ checkpoint: Checkpoint) throws(ReactorError) {
        do throws(JournalError) {
            if try log.contains(checkpoint) { return }
        } catch {
            throw ReactorError(error)
        }
        throw ReactorError(
            .notOfLog, at: checkpoint.position,
            "Reactor \(name) has delivered a record \(checkpoint.position) that the log does not"
                + " have: it was restored from a backup. Effects stay; decide where to go on, move"
                + " \(path) away, and open the reactor from there.")
    }

    /// The position of the log's last record.
    package func head() throws(ReactorError) -> Position {
        do throws(JournalError) { return try log.head() } catch { throw ReactorError(error) }
    }

    /// The record at the position of something that is kept here; none where the log has another
    /// one there, or none, since it was restored from a backup.
    func record(at position: Position, named id: EventID) throws(ReactorError) -> EventRecord? {
        let record: EventRecord?
        do throws(JournalError) { record = try log.record(at: position) } catch {
            throw ReactorError(error)
        }
        return record?.id == id ? record : nil
    }

    /// What a record came to, and how far the reactor is then.
    struct Change {
        var reached: Checkpoint?
        /// To be tried again in its turn.
        var failing: (position: Position, attempts: FailedAttempts)?
        /// No longer tried.
        var settled: [Position] = []
        var parked: (position: Position, attempts: FailedAttempts)?
    }

    /// Notes what happened, with one commit.
    func note(_ note: Change) throws(ReactorError) {
        try change { (transaction) throws(StorageError) in
            for position in note.settled { try transaction.delete(key(position), in: failing) }
            if let (position, attempts) = note.failing {
                try transaction.put(key: key(position), value: attempts.rowBytes, in: failing)
            }
            if let (position, attempts) = note.parked {
                try transaction.delete(key(position), in: failing)
                // A mark would be that of another record, which the log has lost.
                try transaction.delete(key(position), in: due)
                try transaction.put(key: key(position), value: attempts.rowBytes, in: parked)
            }
            if let reached = note.reached {
                try transaction.put(key: Self.checkpointKey, value: reached.bytes, in: meta)
            }
        }
    }

    /// The records of the line that have failed, or were begun by a process that ended.
    package func failingRecords() throws(ReactorError) -> [Position: FailedAttempts] {
        var found: [Position: FailedAttempts] = [:]
        try environment.read { (snapshot) throws(ReactorError) in
            try snapshot.scan(failing) { (key, value) throws(ReactorError) in
                found[try position(key)] = try attempts(value)
                return .next
            }
        }
        return found
    }
}

extension ReactorStore {
    /// Changes tables; where the disk has left the environment unusable, once more after reopening.
    ///
    /// Bodies may therefore run twice, also where the first time took effect.
    func change<R>(
        _ body: (inout WriteTransaction) throws(StorageError) -> R
    ) throws(ReactorError) -> R {
        try environment.reopening { () throws(ReactorError) in
            do throws(StorageError) { return try environment.writeRepeatably(body) } catch {
                throw ReactorError(storage: error)
            }
        }
    }

    func value(of key: [UInt8]) throws(ReactorError) -> [UInt8]? {
        do throws(StorageError) {
            return try environment.read { (snapshot) throws(StorageError) in
                try snapshot.copy(of: key, in: meta)
            }
        } catch {
            throw ReactorError(storage: error)
        }
    }

    func key(_ position: Position) -> [UInt8] { [UInt8](bigEndian: position.number) }

    func position(_ key: Span<UInt8>) throws(ReactorError) -> Position {
        guard let number = UInt64(bigEndian: key) else { throw damaged() }
        return Position(number)
    }

    func attempts(_ value: [UInt8]) throws(ReactorError) -> FailedAttempts {
        try attempts(value.span)
    }

    func attempts(_ value: Span<UInt8>) throws(ReactorError) -> FailedAttempts {
        do { return try RowDecoder.decode(FailedAttempts.self, value) } catch { throw damaged() }
    }

    func damaged() -> ReactorError {
        ReactorError(
            .damaged,
            "What is kept of reactor \(name) in \(environment.path) is damaged. Decide where to go"
                + " on, move the directory away, and open the reactor from there.")
    }
}
