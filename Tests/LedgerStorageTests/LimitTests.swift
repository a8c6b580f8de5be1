@testable internal import LedgerStorage
internal import Testing

@Suite struct LimitTests {
    @Test("Keys have 1 to 511 bytes; any other is refused by name and the transaction goes on")
    func keyLengths() throws {
        let scratch = try ScratchEnvironment()
        try scratch.environment.write { (transaction) throws(StorageError) in
            for length in [0, 512, 5_000] {
                let key = [UInt8](repeating: 7, count: length)
                let refusal = StorageError(
                    .keyLength(length: length), subject: "events", message: "")
                #expect(throws: refusal) {
                    try transaction.put(key: key, value: [], in: scratch.events)
                }
            }
            for length in [1, 511] {
                let key = [UInt8](repeating: 7, count: length)
                try transaction.put(key: key, value: [], in: scratch.events)
            }
        }
        let count = try scratch.environment.read { (snapshot) throws(StorageError) in
            try snapshot.entryCount(in: scratch.events)
        }
        #expect(count == 2)
    }

    @Test("Values have at most 1 GiB; a longer one is refused by name")
    func valueLengths() throws {
        try StorageLimits.checkValue(1 << 30, in: "events")
        let length = (1 << 30) + 1
        #expect(
            throws: StorageError(
                .valueTooLarge(length: length), subject: "events", message: "")
        ) {
            try StorageLimits.checkValue(length, in: "events")
        }
    }

    @Test("An empty or over-long key is found in no table, and deleting it answers so")
    func lookup() throws {
        let scratch = try ScratchEnvironment()
        for length in [0, 512, 5_000] {
            let key = [UInt8](repeating: 7, count: length)
            let value = try scratch.environment.read { (snapshot) throws(StorageError) in
                try snapshot.copy(of: key, in: scratch.events)
            }
            #expect(value == nil)
            let wasThere = try scratch.environment.write { (transaction) throws(StorageError) in
                try transaction.delete(key, in: scratch.events)
            }
            #expect(!wasThere)
        }
    }

    @Test("Appending out of order is refused by name and the transaction goes on")
    func appendOrder() throws {
        let scratch = try ScratchEnvironment()
        let refusal = StorageError(
            .keyOrder, subject: "events", message: "", lmdbError: -30_799)
        try scratch.environment.write { (transaction) throws(StorageError) in
            try transaction.append(key: [2], value: [2], in: scratch.events)
            for key: [UInt8] in [[1], [2], [1, 9]] {
                #expect(throws: refusal) {
                    try transaction.append(key: key, value: [9], in: scratch.events)
                }
            }
            try transaction.append(key: [3], value: [3], in: scratch.events)
        }
        let entries = try scratch.environment.read { (snapshot) throws(StorageError) in
            var entries: [[UInt8]] = []
            try snapshot.scan(scratch.events) { (key, value) throws(StorageError) in
                entries.append([UInt8](copying: key) + [UInt8](copying: value))
                return .next
            }
            return entries
        }
        #expect(entries == [[2, 2], [3, 3]])
    }

    @Test("Values of any length and alignment come back as they were")
    func alignment() throws {
        let scratch = try ScratchEnvironment()
        let values = (0..<300).map { length in (0..<length * 7).map { UInt8($0 & 0xFF) } }
        func key(_ number: Int) -> [UInt8] {
            [UInt8](bigEndian: UInt64(number)) + [UInt8](repeating: 0, count: number % 9)
        }
        try scratch.environment.write { (transaction) throws(StorageError) in
            for (number, value) in values.enumerated() {
                try transaction.put(key: key(number), value: value, in: scratch.events)
            }
        }
        try scratch.environment.read { (snapshot) throws(StorageError) in
            for (number, value) in values.enumerated() {
                let found = try snapshot.copy(of: key(number), in: scratch.events)
                #expect(found == value)
            }
        }
    }

    @Test("A number is read from eight bytes wherever they lie in a page")
    func unalignedNumbers() throws {
        let scratch = try ScratchEnvironment()
        try scratch.environment.write { (transaction) throws(StorageError) in
            for number in 0..<200 {
                let key = [UInt8](repeating: UInt8(number), count: 1 + number % 9)
                let value = [UInt8](bigEndian: UInt64(number) << 40 | UInt64(number))
                try transaction.put(key: key, value: value, in: scratch.events)
            }
        }
        try scratch.environment.read { (snapshot) throws(StorageError) in
            for number in 0..<200 {
                let key = [UInt8](repeating: UInt8(number), count: 1 + number % 9)
                guard let value = try snapshot.value(for: key.span, in: scratch.events) else {
                    Issue.record("\(number) is missing")
                    continue
                }
                let read = UInt64(bigEndian: value)
                #expect(read == UInt64(number) << 40 | UInt64(number))
            }
        }
    }

    @Test("A table of another environment is refused")
    func foreignTable() throws {
        let (one, other) = (try ScratchEnvironment(), try ScratchEnvironment())
        let refusal = StorageError(.missingTable(name: "?"), subject: "?", message: "")
        #expect(throws: refusal) {
            try one.environment.read { (snapshot) throws(StorageError) in
                _ = try snapshot.entryCount(in: other.events)
            }
        }
        #expect(throws: refusal) {
            try one.environment.write { (transaction) throws(StorageError) in
                try transaction.put(key: [1], value: [1], in: other.events)
            }
        }
    }
}
