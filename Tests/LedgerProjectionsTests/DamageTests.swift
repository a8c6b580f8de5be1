@testable internal import AccountLedger
internal import LedgerAudit
internal import LedgerDomain
internal import LedgerFormat
internal import LedgerJournal
internal import LedgerProjections
internal import LedgerStorage
internal import LedgerTestSupport
internal import Testing

/// What a verification finds in a ledger that somebody has changed behind its back.
@Suite struct DamageTests {
    private let ledger: DamagedLedger

    init() async throws { ledger = try await DamagedLedger() }

    @Test("A ledger that nobody touched is sound, and verifying writes nothing into it")
    func sound() throws {
        let report = try ledger.verify()
        #expect(report.isSound)
        #expect(report.head == Position(16))
        #expect(report.records == 16)
        #expect(report.rows > 30)
    }

    @Test(
        "A row that the log does not imply is found in its table",
        arguments: ViewTables.Name.allCases)
    func extra(name: ViewTables.Name) throws {
        for key in [[0x21], [0xFF, 0xFF], Array("zzz".utf8), [UInt8](repeating: 0x7A, count: 511)] {
            try ledger.put(key, value: [0, 0, 0, 0, 0, 0, 0, 1], in: name)
        }
        let findings = try ledger.verify().findings
        #expect(findings.filter { $0.kind == .rowExtra }.map(\.count) == [4])
        let isIndex = IndexCheck.indexes.contains(name)
        #expect(findings.filter { $0.kind == .entryUnresolved }.count == (isIndex ? 4 : 0))
        #expect(findings.allSatisfy { $0.table == name.rawValue })
        #expect(findings.count == (isIndex ? 5 : 1))
    }

    @Test(
        "A row that the log implies otherwise is found in its table",
        arguments: ViewTables.Name.allCases.filter { $0 != .users })
    func different(name: ViewTables.Name) throws {
        for change in [{ $0 + [0] }, { $0.dropLast() + [0x7E] }, { _ in [] }, { $0.dropLast() }]
            as [([UInt8]) -> [UInt8]]
        {
            let undo = try ledger.change(first: name, change)
            let report = try ledger.verify()
            let row = report.findings.first { $0.kind == .rowDifferent }
            #expect(row?.table == name.rawValue)
            // An account leads to a credential that has to be readable.
            let others: Set = [name.rawValue, name == .credentials ? "accounts" : nil]
            #expect(report.findings.allSatisfy { others.contains($0.table) })
            try undo()
        }
        #expect(try ledger.verify().isSound)
    }

    @Test("A user's position too many is found, also one that the log does not have")
    func users() throws {
        for number in [UInt64(2), 17, .max] {
            try ledger.put(Array("ann".utf8), value: [UInt8](bigEndian: number), in: .users)
        }
        let report = try ledger.verify()
        // Position 2 is one of ann's own.
        #expect(report.findings.map(\.kind) == [.entryUnresolved, .entryUnresolved, .rowExtra])
        #expect(report.findings.map(\.position) == [Position(17), Position(.max), nil])
        #expect(report.findings.last?.count == 2)
    }

    @Test(
        "Bytes cut, longer, flipped, empty or another record's are undecodable at their place"
    )
    func undecodable() throws {
        let bytes = try ledger.record(7)
        let damaged = [
            [], Array(bytes.dropLast()), Array(bytes.prefix(1)), bytes + [0], bytes + bytes,
            try ledger.record(8), [UInt8](repeating: 0xFF, count: 40),
            [UInt8](repeating: 0, count: 70_000),
        ]
        for copy in damaged {
            try ledger.setRecord(7, to: copy)
            let report = try ledger.verify()
            #expect(report.findings.first?.kind == .undecodable)
            #expect(report.findings.allSatisfy { $0.position == Position(7) })
        }
        try ledger.setRecord(7, to: bytes)
        #expect(try ledger.verify().isSound)
    }

    @Test("A bit flipped in what a view shows is found")
    func flipped() throws {
        let bytes = try ledger.record(7)
        let record = try RecordCodec.decode(bytes)
        for index in bytes.indices {
            for bit in [UInt8(0x01), 0x80] {
                var copy = bytes
                copy[index] ^= bit
                // Its name, time and actor are in no view: only a tree of hashes could tell.
                if let other = try? RecordCodec.decode(copy), other.position == record.position,
                    other.user == record.user, other.event == record.event
                {
                    continue
                }
                try ledger.setRecord(7, to: copy)
                #expect(try !ledger.verify().isSound, "bit \(bit) of byte \(index)")
            }
        }
    }

    @Test(
        "Keys of the log that are no positions are found, and end nothing",
        arguments: [1, 7, 9, 511])
    func oddKeys(length: Int) throws {
        for byte in [0, 0x7F, 0xFF] as [UInt8] {
            let key = [UInt8](repeating: byte, count: length)
            try ledger.put(key, value: [1], table: EventLog.definition.name)
            let report = try ledger.verify()
            #expect(!report.isSound)
        }
    }

    @Test("An unreadable checkpoint is found, and ends nothing")
    func unreadableCheckpoint() throws {
        for bytes in [[0xFF], [0x08], [UInt8](repeating: 0x80, count: 30)] as [[UInt8]] {
            try ledger.setCheckpoint(bytes)
            #expect(try !ledger.verify().isSound)
        }
    }

    @Test("A lost index hides nothing else, and is counted whole")
    func lostIndex() throws {
        for number in 0..<150 {
            try ledger.put(Array("lost \(number)".utf8), value: [1], in: .owners)
        }
        try ledger.put(Array("zed".utf8), value: [1], in: .selections)
        let report = try ledger.verify()
        #expect(report.findings.filter { $0.kind == .entryUnresolved }.count == 100)
        #expect(report.findings.contains { $0.table == "selections" && $0.kind == .rowExtra })
        #expect(report.total == 152)
    }
}
