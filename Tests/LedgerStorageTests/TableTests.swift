internal import LedgerStorage
internal import Testing

@Suite struct TableTests {
    @Test("What was put is read, copied, found and counted")
    func roundTrip() throws {
        let scratch = try ScratchEnvironment()
        try scratch.put("a", "1")
        try scratch.put("b", "")
        #expect(try scratch.get("a") == "1")
        #expect(try scratch.get("b") == "")
        #expect(try scratch.get("c") == nil)
        let seen = try scratch.environment.read { (snapshot) throws(StorageError) in
            let key = [UInt8]("a")
            let length = try snapshot.value(for: key.span, in: scratch.events)?.count
            let found = try snapshot.contains([UInt8]("b"), in: scratch.events)
            let missing = try snapshot.contains([UInt8]("c"), in: scratch.events)
            return (length, found, missing, try snapshot.entryCount(in: scratch.events))
        }
        #expect(seen == (1, true, false, 2))
    }

    @Test("A value replaces the one before, and a deleted key is gone")
    func replaceAndDelete() throws {
        let scratch = try ScratchEnvironment()
        try scratch.put("a", "1")
        try scratch.put("a", "2")
        #expect(try scratch.get("a") == "2")
        let answers = try scratch.environment.write { (transaction) throws(StorageError) in
            let first = try transaction.delete([UInt8]("a"), in: scratch.events)
            let second = try transaction.delete([UInt8]("a"), in: scratch.events)
            return (first, second)
        }
        #expect(answers == (true, false))
        #expect(try scratch.get("a") == nil)
    }

    @Test("A cleared table is empty and can be filled again")
    func clear() throws {
        let scratch = try ScratchEnvironment()
        try scratch.put("a", "1")
        try scratch.environment.write { (transaction) throws(StorageError) in
            try transaction.putDuplicate(key: [UInt8]("k"), 7, in: scratch.index)
        }
        try scratch.environment.write { (transaction) throws(StorageError) in
            try transaction.clear(scratch.events)
            try transaction.clear(scratch.index)
        }
        let counts = try scratch.environment.read { (snapshot) throws(StorageError) in
            (
                try snapshot.entryCount(in: scratch.events),
                try snapshot.entryCount(in: scratch.index)
            )
        }
        #expect(counts == (0, 0))
        try scratch.put("a", "2")
        #expect(try scratch.get("a") == "2")
    }

    @Test("A transaction sees its own changes, others only after it has ended")
    func isolation() throws {
        let scratch = try ScratchEnvironment()
        try scratch.put("a", "1")
        try scratch.environment.write { (transaction) throws(StorageError) in
            try transaction.put(key: [UInt8]("a"), value: [UInt8]("2"), in: scratch.events)
            let inside = try transaction.snapshot.copy(of: [UInt8]("a"), in: scratch.events)
            #expect(inside == [UInt8]("2"))
            #expect(try scratch.get("a") == "1")
        }
        #expect(try scratch.get("a") == "2")
    }

    @Test("A body that throws changes nothing and its own error arrives")
    func abort() throws {
        struct Refusal: StorageFailure, Equatable {
            var storage: StorageError?
            init() {}
            init(storage: StorageError) { self.storage = storage }
        }
        let scratch = try ScratchEnvironment()
        #expect(throws: Refusal()) {
            try scratch.environment.write { (transaction) throws(Refusal) in
                do throws(StorageError) {
                    try transaction.put(key: [1], value: [1], in: scratch.events)
                } catch {
                    throw Refusal(storage: error)
                }
                throw Refusal()
            }
        }
        #expect(try scratch.get("\u{1}") == nil)
    }

    @Test("A nested transaction is undone alone when its body throws")
    func nested() throws {
        let scratch = try ScratchEnvironment()
        let events = scratch.events
        let refusal = StorageError(.other(1), subject: "test", message: "refused")
        try scratch.environment.write { (transaction) throws(StorageError) in
            try transaction.put(key: [1], value: [1], in: events)
            #expect(throws: refusal) {
                try transaction.nested { (inner) throws(StorageError) in
                    try inner.put(key: [2], value: [2], in: events)
                    try inner.put(key: [1], value: [9], in: events)
                    throw refusal
                }
            }
            try transaction.nested { (inner) throws(StorageError) in
                try inner.put(key: [3], value: [3], in: events)
                try inner.nested { (innermost) throws(StorageError) in
                    try innermost.put(key: [4], value: [4], in: events)
                }
            }
        }
        let keys = try scratch.environment.read { (snapshot) throws(StorageError) in
            var keys: [[UInt8]] = []
            try snapshot.scan(events) { (key, value) throws(StorageError) in
                keys.append([UInt8](copying: key) + [UInt8](copying: value))
                return .next
            }
            return keys
        }
        #expect(keys == [[1, 1], [3, 3], [4, 4]])
    }
}
