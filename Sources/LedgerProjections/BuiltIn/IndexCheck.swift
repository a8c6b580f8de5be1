package import LedgerDomain
internal import LedgerFormat
package import LedgerJournal
package import LedgerStorage

/// Holds every index against the log, in both directions, without folding the log.
///
/// Each record looks for its entries. Where as many entries were found as an index has, every entry
/// has a record; only where the numbers differ, entries look for their records.
package struct IndexCheck: Sendable {
    /// The tables that are indexes; the others are views, which only a fold can judge.
    package static let indexes: [ViewTables.Name] = [
        .users, .states, .grants, .accounts, .owners, .notices, .keys,
    ]

    private let tables: ViewTables
    private let log: EventLog
    /// The entries that records have found, by index.
    private var found: [ViewTables.Name: Int] = [:]
    /// What is wrong, since it was taken last.
    private var problems: [IndexProblem] = []

    /// Checks the indexes of an environment.
    package init(of environment: Environment) throws(JournalError) {
        tables = try ViewTables(in: environment)
        log = try EventLog(in: environment)
    }

    /// Gives up what was found wrong.
    package mutating func takeProblems() -> [IndexProblem] {
        defer { problems = [] }
        return problems
    }

    /// Looks for the entries of a record.
    package mutating func check(
        _ record: EventRecord, in snapshot: borrowing Snapshot
    ) throws(JournalError) {
        try checkUser(record, snapshot)
        if let key = record.idempotencyKey, record.part.index == 0 {
            let position = try number(ViewKeys.bytes(key), .keys, snapshot)
            expect(position == record.position, .keys, ViewKeys.bytes(key), record)
        }
        switch record.event {
        case .stateIssued(let event):
            let key = event.digest.bytes
            let row = try copy(key, .states, snapshot) ?? []
            let isResolved = try isStateResolved((key, row), snapshot)
            expect(isResolved && StateRow(row)?.issued == record.position, .states, key, record)
        case .grantLinked(let event): try check(event, record, snapshot)
        case .grantExpired(let event):
            let notice = NoticeKey(
                grant: event.grant, notice: event.notice, occurredAt: record.occurredAt)
            try checkLast(ViewKeys.notice(notice), .notices, record, snapshot)
        case .grantRevoked, .labelChanged, .accountSelected: break
        }
    }

    private mutating func checkUser(
        _ record: EventRecord, _ snapshot: borrowing Snapshot
    ) throws(JournalError) {
        var isThere = false
        let (key, number) = (ViewKeys.bytes(record.user), record.position.number)
        try snapshot.scanDuplicates(of: key, in: tables.users, from: number) {
            (found) throws(JournalError) in
            isThere = found == number
            return .stop
        }
        expect(isThere, .users, key, record)
    }

    private mutating func check(
        _ event: GrantLinked, _ record: EventRecord, _ snapshot: borrowing Snapshot
    ) throws(JournalError) {
        try checkLast(ViewKeys.bytes(event.grant), .grants, record, snapshot)
        if case .state(let digest) = event.origin {
            try checkOrigin(digest, event, record, snapshot)
        }
        guard event.kind == .connected else { return }
        let owner = try copy(ViewKeys.bytes(event.credential), .owners, snapshot)
        let key = ViewKeys.bytes(event.credential)
        expect(owner == ViewKeys.bytes(record.user), .owners, key, record)
        try checkCredential(event.credential, record, snapshot)
    }

    /// A live credential has its provider account, and its grant is its own.
    private mutating func checkCredential(
        _ id: CredentialID, _ record: EventRecord, _ snapshot: borrowing Snapshot
    ) throws(JournalError) {
        guard let credential = try credential(id, record.user, snapshot), credential.isLive else {
            return
        }
        let key = ViewKeys.account(credential.account.identity, held: id)
        let holder = try copy(key, .accounts, snapshot)
        expect(holder == ViewKeys.bytes(record.user), .accounts, key, record)
        let grant = ViewKeys.bytes(credential.grant)
        guard let last = try number(grant, .grants, snapshot),
            let link = try self.record(last, snapshot), case .grantLinked(let event) = link.event,
            event.grant == credential.grant, event.credential != id
        else { return }
        problems.append(
            IndexProblem(
                kind: .grantHeldTwice, table: .grants, key: grant, position: last,
                detail: "\(id) has it still, and \(event.credential) got it"))
    }

    /// A state is consumed once, by the user and for the toolkit that it was issued for, in time.
    private mutating func checkOrigin(
        _ digest: StateDigest, _ event: GrantLinked, _ record: EventRecord,
        _ snapshot: borrowing Snapshot
    ) throws(JournalError) {
        guard let row = try state(digest, snapshot), row.consumed == record.position else {
            return add(.recordNotIndexed, .states, digest.bytes, record, "as who consumed it")
        }
        guard let issuing = try self.record(row.issued, snapshot),
            case .stateIssued(let issued) = issuing.event
        else { return }
        let other =
            issuing.user != record.user
            ? "another user" : issued.toolkit != event.toolkit ? "another toolkit" : nil
        let late = record.recordedAt >= issued.expiresAt ? "an earlier time" : nil
        guard let meant = other ?? late else { return }
        add(.stateMisused, .states, digest.bytes, record, "it was issued for \(meant)")
    }

    /// Some indexes name the last of several records.
    private mutating func checkLast(
        _ key: [UInt8], _ name: ViewTables.Name, _ record: EventRecord,
        _ snapshot: borrowing Snapshot
    ) throws(JournalError) {
        let last = try number(key, name, snapshot)
        if let last, last > record.position { return }
        expect(last == record.position, name, key, record)
    }

    private mutating func expect(
        _ isFound: Bool, _ name: ViewTables.Name, _ key: [UInt8], _ record: EventRecord
    ) {
        if isFound {
            found[name, default: 0] += 1
        } else {
            add(.recordNotIndexed, name, key, record, "under \(record.event.kind)")
        }
    }

    private mutating func add(
        _ kind: IndexProblem.Kind, _ name: ViewTables.Name, _ key: [UInt8], _ record: EventRecord,
        _ detail: String
    ) {
        problems.append(
            IndexProblem(
                kind: kind, table: name, key: key, position: record.position, detail: detail))
    }
}

extension IndexCheck {
    /// Where a walk through the entries of an index goes on.
    package struct Place: Sendable, Hashable {
        fileprivate var key: [UInt8]
        fileprivate var number: UInt64
    }

    /// The indexes of which not every entry was found by a record, once all records have looked.
    package func unexplained(
        in snapshot: borrowing Snapshot
    ) throws(JournalError) -> [ViewTables.Name] {
        var names: [ViewTables.Name] = []
        for name in Self.indexes {
            let count = try translated { () throws(StorageError) in
                try snapshot.entryCount(in: tables.table(name))
            }
            if count != found[name, default: 0] { names.append(name) }
        }
        return names
    }

    /// Lets some entries of an index look for their records.
    ///
    /// - Parameters:
    ///   - name: The index.
    ///   - place: Where to go on; at the first entry where left out.
    ///   - limit: How many entries to look at.
    /// - Returns: Where to go on; none at the end.
    package mutating func checkEntries(
        of name: ViewTables.Name, from place: Place?, limit: Int,
        in snapshot: borrowing Snapshot
    ) throws(JournalError) -> Place? {
        var entries: [(key: [UInt8], value: [UInt8])] = []
        var next: Place?
        try snapshot.scan(tables.table(name), from: place?.key) {
            (key, value) throws(JournalError) in
            let entry = (key: [UInt8](copying: key), value: [UInt8](copying: value))
            let number = name == .users ? UInt64(bigEndianBytes: entry.value) ?? 0 : 0
            if let place, entry.key == place.key, number < place.number { return .next }
            guard entries.count < limit else {
                next = Place(key: entry.key, number: number)
                return .stop
            }
            entries.append(entry)
            return .next
        }
        for entry in entries {
            if try isResolved(entry, name, snapshot) { continue }
            let number = UInt64(bigEndianBytes: Array(entry.value.prefix(8)))
            problems.append(
                IndexProblem(
                    kind: .entryUnresolved, table: name,
                    key: name == .users ? entry.key + [0] + entry.value : entry.key,
                    position: name == .accounts || name == .owners
                        ? nil : number.map { Position($0) },
                    detail: "no record says so"))
        }
        return next
    }

    private func isResolved(
        _ entry: (key: [UInt8], value: [UInt8]), _ name: ViewTables.Name,
        _ snapshot: borrowing Snapshot
    ) throws(JournalError) -> Bool {
        switch name {
        case .users, .grants, .notices, .keys:
            guard let number = UInt64(bigEndianBytes: entry.value),
                let record = try record(Position(number), snapshot)
            else { return false }
            return isNamed(entry.key, by: record, in: name)
        case .states: return try isStateResolved(entry, snapshot)
        case .owners:
            guard let (id, user) = names(entry.key[...], entry.value) else { return false }
            return try credential(id, user, snapshot) != nil
        case .accounts:
            guard let (id, user) = names(entry.key.dropFirst(32), entry.value),
                let credential = try credential(id, user, snapshot), credential.isLive
            else { return false }
            return ViewKeys.account(credential.account.identity, held: id) == entry.key
        case .credentials, .selections: return true
        }
    }

    private func isNamed(
        _ key: [UInt8], by record: EventRecord, in name: ViewTables.Name
    ) -> Bool {
        switch (name, record.event) {
        case (.users, _): return ViewKeys.bytes(record.user) == key
        case (.keys, _):
            return record.part.index == 0 && record.idempotencyKey.map(ViewKeys.bytes) == key
        case (.grants, .grantLinked(let event)): return ViewKeys.bytes(event.grant) == key
        case (.notices, .grantExpired(let event)):
            let notice = NoticeKey(
                grant: event.grant, notice: event.notice, occurredAt: record.occurredAt)
            return ViewKeys.notice(notice) == key
        default: return false
        }
    }

    private func isStateResolved(
        _ entry: (key: [UInt8], value: [UInt8]), _ snapshot: borrowing Snapshot
    ) throws(JournalError) -> Bool {
        guard let row = StateRow(entry.value), let issuing = try record(row.issued, snapshot),
            case .stateIssued(let issued) = issuing.event, issued.digest.bytes == entry.key
        else { return false }
        guard let consumed = row.consumed else { return true }
        guard let link = try record(consumed, snapshot), case .grantLinked(let event) = link.event
        else { return false }
        return event.origin == .state(issued.digest)
    }

    private func names(
        _ credential: ArraySlice<UInt8>, _ user: [UInt8]
    ) -> (CredentialID, UserID)? {
        guard let id = String(validating: credential, as: UTF8.self),
            let user = String(validating: user, as: UTF8.self)
        else { return nil }
        return (CredentialID(id), UserID(user))
    }
}

extension IndexCheck {
    private func copy(
        _ key: [UInt8], _ name: ViewTables.Name, _ snapshot: borrowing Snapshot
    ) throws(JournalError) -> [UInt8]? {
        try translated { () throws(StorageError) in
            try snapshot.copy(of: key, in: tables.table(name))
        }
    }

    private func number(
        _ key: [UInt8], _ name: ViewTables.Name, _ snapshot: borrowing Snapshot
    ) throws(JournalError) -> Position? {
        try copy(key, name, snapshot).flatMap { UInt64(bigEndianBytes: $0) }.map { Position($0) }
    }

    private func state(
        _ digest: StateDigest, _ snapshot: borrowing Snapshot
    ) throws(JournalError) -> StateRow? {
        try copy(digest.bytes, .states, snapshot).flatMap { StateRow($0) }
    }

    /// The record at a position; none where there is none, or none that can be read.
    private func record(
        _ position: Position, _ snapshot: borrowing Snapshot
    ) throws(JournalError) -> EventRecord? {
        do throws(JournalError) {
            return try log.record(at: position, in: snapshot)
        } catch {
            guard case .format = error.code else { throw error }
            return nil
        }
    }

    private func credential(
        _ id: CredentialID, _ user: UserID, _ snapshot: borrowing Snapshot
    ) throws(JournalError) -> Credential? {
        do throws(JournalError) {
            return try ViewReader(tables, log, snapshot.reborrowed()).credential(id, of: user)
        } catch {
            guard case .damagedRow = error.code else { throw error }
            return nil
        }
    }
}
