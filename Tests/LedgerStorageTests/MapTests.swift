internal import LedgerStorage
internal import Testing

@Suite struct MapTests {
    private let scratch: ScratchEnvironment
    private let value = [UInt8](repeating: 1, count: 8_000)

    init() throws { scratch = try ScratchEnvironment { $0.mapSize = 1 << 18 } }

    private func fill(_ transaction: inout WriteTransaction) throws(StorageError) {
        for number in 0..<200 {
            try transaction.put(
                key: [UInt8](bigEndian: UInt64(number)), value: value, in: scratch.events)
        }
    }

    private var count: Int {
        get throws {
            try scratch.environment.read { (snapshot) throws(StorageError) in
                try snapshot.entryCount(in: scratch.events)
            }
        }
    }

    @Test("A full map is reported, nothing is written, and smaller writes go on")
    func surfaces() throws {
        let error = #expect(throws: StorageError.self) {
            try scratch.environment.write { (transaction) throws(StorageError) in
                try fill(&transaction)
            }
        }
        #expect(error?.code == .mapFull)
        #expect(try count == 0)
        try scratch.put("a", "1")
        #expect(try count == 1)
    }

    @Test("A full map is reported even if the body hides the error, also of a nested transaction")
    func hidden() throws {
        let first = #expect(throws: StorageError.self) {
            try scratch.environment.write { (transaction) throws(StorageError) in
                try? fill(&transaction)
            }
        }
        #expect(first?.code == .mapFull)
        let second = #expect(throws: StorageError.self) {
            try scratch.environment.write { (transaction) throws(StorageError) in
                try? transaction.nested { (inner) throws(StorageError) in
                    try fill(&inner)
                }
                try transaction.put(key: [1], value: [1], in: scratch.other)
            }
        }
        #expect(second?.code == .mapFull)
        let third = #expect(throws: StorageError.self) {
            try scratch.environment.write { (transaction) throws(StorageError) in
                do throws(StorageError) {
                    try fill(&transaction)
                } catch {
                    throw StorageError(.other(7), subject: "body", message: "something else")
                }
            }
        }
        #expect(third?.code == .mapFull)
        #expect(try count == 0)
    }

    @Test("A later call of a poisoned transaction is refused by its own name")
    func poisoned() throws {
        _ = try? scratch.environment.write { (transaction) throws(StorageError) in
            try? fill(&transaction)
            let error = #expect(throws: StorageError.self) {
                try transaction.put(key: [1], value: [1], in: scratch.events)
            }
            #expect(error?.code == .transactionFailed)
        }
    }

    @Test("A repeatable write enlarges the map and runs again until everything is in")
    func repeats() throws {
        var runs = 0
        try scratch.environment.writeRepeatably { (transaction) throws(StorageError) in
            runs += 1
            try fill(&transaction)
        }
        #expect(runs > 1)
        #expect(try count == 200)
        #expect(try scratch.environment.statistics().mapSize >= 1 << 21)
    }

    @Test("A map stays enlarged when the environment is reopened")
    func reopened() throws {
        try scratch.environment.growMap()
        try scratch.environment.growMap()
        try scratch.environment.reopen()
        #expect(try scratch.environment.statistics().mapSize == 1 << 20)
        try scratch.put("a", "1")
        #expect(try scratch.get("a") == "1")
    }

    @Test("Enlarging, reopening or writing inside an own transaction is refused, not a deadlock")
    func insideOwnTransaction() throws {
        let environment = scratch.environment
        let refusal = StorageError(.transactionInProgress, subject: scratch.path, message: "")
        try environment.read { (_) throws(StorageError) in
            #expect(throws: refusal) { try environment.growMap() }
            #expect(throws: refusal) { try environment.reopen() }
        }
        try environment.write { (_) throws(StorageError) in
            #expect(throws: refusal) { try environment.growMap() }
            #expect(throws: refusal) { try scratch.put("a", "1") }
            #expect(throws: refusal) { try environment.copy(to: scratch.path + "-copy") }
            #expect(try scratch.get("a") == nil)
        }
    }

    @Test("Enlarging waits for the readers of other threads, whose bytes stay readable")
    func waitsForReaders() throws {
        try scratch.put("a", "1")
        let (scratch, value) = (scratch, value)
        try scratch.environment.write { (transaction) throws(StorageError) in
            try transaction.put(key: [9], value: value, in: scratch.events)
        }
        try withThreads(8) { number in
            if number == 0 {
                for _ in 0..<10 { try scratch.environment.growMap() }
                return
            }
            for _ in 0..<300 {
                try scratch.environment.read { (snapshot) throws(StorageError) in
                    let found = try snapshot.copy(of: [9], in: scratch.events)
                    if found != value { Issue.record("a lent value changed") }
                }
            }
        }
        #expect(try scratch.environment.statistics().mapSize == 1 << 28)
    }
}
