internal import LedgerStorage
internal import Testing

@Suite struct SpaceTests {
    @Test("Below the reserve a write is refused and reading goes on; making room is let through")
    func reserve() throws {
        let scratch = try ScratchEnvironment { $0.freeSpaceReserve = .max }
        let refusal = StorageError(.diskFull, subject: scratch.path, message: "")
        #expect(throws: refusal) { try scratch.put("a", "1") }
        #expect(try scratch.get("a") == nil)
        try scratch.environment.write(ignoringFreeSpaceReserve: true) {
            (transaction) throws(StorageError) in
            try transaction.put(key: [UInt8]("a"), value: [UInt8]("2"), in: scratch.events)
        }
        #expect(try scratch.get("a") == "2")
        #expect(try scratch.environment.diskFree() > 0)
    }

    @Test("A reserve that is there lets writes through")
    func enough() throws {
        let scratch = try ScratchEnvironment { $0.freeSpaceReserve = 4_096 }
        try scratch.put("a", "1")
        #expect(try scratch.get("a") == "1")
    }
}
