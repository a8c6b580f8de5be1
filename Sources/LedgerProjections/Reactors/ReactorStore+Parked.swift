package import LedgerDomain
internal import LedgerStorage

extension ReactorStore {
    /// How many records are parked.
    package func parkedCount() throws(ReactorError) -> Int {
        do throws(StorageError) {
            return try environment.read { (snapshot) throws(StorageError) in
                try snapshot.entryCount(in: parked)
            }
        } catch {
            throw ReactorError(storage: error)
        }
    }

    /// The records that are parked, in the order of the log.
    package func parkedRecords(
        after position: Position, limit: Int
    ) throws(ReactorError) -> [ParkedRecord] {
        var records: [ParkedRecord] = []
        guard limit > 0 else { return [] }
        try environment.read { (snapshot) throws(ReactorError) in
            var marked: Set<Position> = []
            try snapshot.scan(due) { (key, _) throws(ReactorError) in
                marked.insert(try self.position(key))
                return .next
            }
            try snapshot.scan(parked, from: key(position.next)) {
                (key, value) throws(ReactorError) in
                let position = try self.position(key)
                records.append(
                    ParkedRecord(position, try attempts(value), isDue: marked.contains(position)))
                return records.count < limit ? .next : .stop
            }
        }
        return records
    }

    /// The first positions of parked records that are to be delivered once more, in order.
    func duePositions(limit: Int) throws(ReactorError) -> [Position] {
        var positions: [Position] = []
        try environment.read { (snapshot) throws(ReactorError) in
            try snapshot.scan(due) { (key, _) throws(ReactorError) in
                positions.append(try position(key))
                return positions.count < limit ? .next : .stop
            }
        }
        return positions
    }

    /// Takes a parked record that is due, and notes an attempt as if it had failed.
    ///
    /// Should the process end before the attempt does, the record is still parked, and is not tried
    /// by whoever comes next until it is asked for again.
    ///
    /// - Returns: The attempts before; none where the record was discarded meanwhile.
    func takeDue(
        _ position: Position, noting begun: (FailedAttempts) -> FailedAttempts
    ) throws(ReactorError) -> FailedAttempts? {
        // What this call has taken, where it runs again after it took effect.
        var taken: (before: [UInt8], noted: [UInt8])?
        let bytes = try change { (transaction) throws(StorageError) -> [UInt8]? in
            let wasDue = try transaction.delete(key(position), in: due)
            let bytes = try transaction.snapshot.copy(of: key(position), in: parked)
            if let taken, bytes == taken.noted { return taken.before }
            guard wasDue else { return nil }
            if let bytes, let attempts = try? attempts(bytes) {
                let noted = begun(attempts).rowBytes
                try transaction.put(key: key(position), value: noted, in: parked)
                taken = (bytes, noted)
            }
            return bytes
        }
        return try bytes.map { bytes throws(ReactorError) in try attempts(bytes) }
    }

    /// Puts a parked record that was taken back, unless it was discarded meanwhile.
    func putBack(
        _ position: Position, _ attempts: FailedAttempts, isDue: Bool
    ) throws(ReactorError) {
        try change { (transaction) throws(StorageError) in
            guard try transaction.snapshot.contains(key(position), in: parked) else { return }
            try transaction.put(key: key(position), value: attempts.rowBytes, in: parked)
            if isDue { try transaction.put(key: key(position), value: [], in: due) }
        }
    }

    /// Has a parked record delivered once more; answers whether it is parked.
    package func retry(_ position: Position) throws(ReactorError) -> Bool {
        try change { (transaction) throws(StorageError) in
            guard try transaction.snapshot.contains(key(position), in: parked) else { return false }
            try transaction.put(key: key(position), value: [], in: due)
            return true
        }
    }

    /// Has all parked records delivered once more; answers how many there are.
    package func retryAll() throws(ReactorError) -> Int {
        try change { (transaction) throws(StorageError) in
            var keys: [[UInt8]] = []
            try transaction.snapshot.scan(parked) { (key, _) throws(StorageError) in
                keys.append([UInt8](copying: key))
                return .next
            }
            for key in keys { try transaction.put(key: key, value: [], in: due) }
            return keys.count
        }
    }

    /// Forgets a parked record; answers whether it was parked.
    package func discard(_ position: Position) throws(ReactorError) -> Bool {
        // Where it runs again after it took effect, the record is gone by this call.
        var wasParked = false
        return try change { (transaction) throws(StorageError) in
            try transaction.delete(key(position), in: due)
            if try transaction.delete(key(position), in: parked) { wasParked = true }
            return wasParked
        }
    }

    /// Refuses what was asked of a record that is not parked.
    package func requireParked(_ position: Position, _ isParked: Bool) throws(ReactorError) {
        guard !isParked else { return }
        throw ReactorError(
            .notParked, at: position,
            "Reactor \(name) has not parked record \(position). It may have been delivered"
                + " meanwhile: list what is parked.")
    }
}
