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

    @Test("A missing row is found in its table", arguments: ViewTables.Name.allCases)
    func missing(name: ViewTables.Name) throws {
        // The numbers of a user cannot be removed one by one, only all of them.
        let count = try ledger.removeFirst(of: name)
        let report = try ledger.verify()
        #expect(report.findings.map(\.kind) == [.rowMissing])
        #expect(report.findings.map(\.table) == [name.rawValue])
        #expect(report.findings.map(\.count) == [count])
    }

    @Test(
        "A row that the log does not imply is found in its table",
        arguments: ViewTables.Name.allCases)
    func extra(name: ViewTables.Name) throws {
        for key in [[0x21], [0xFF, 0xFF], Array("zzz".utf8), [UInt8](repeating: 0x7A, count: 511)] {
            try ledger.put(key, value: [0, 0, 0, 0, 0, 0, 0, 1], in: name)
        }
        let report = try ledger.verify()
        #expect(report.findings.map(\.kind) == [.rowExtra])
        #expect(report.findings.map(\.table) == [name.rawValue])
        #expect(report.findings.map(\.count) == [4])
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
            #expect(report.findings.map(\.kind) == [.rowDifferent])
            #expect(report.findings.map(\.table) == [name.rawValue])
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
        #expect(report.findings.map(\.kind) == [.rowExtra])
        // Position 2 is one of ann's own.
        #expect(report.findings.map(\.count) == [2])
    }

    @Test(
        "A record that was taken out is a gap at its position",
        arguments: [1, 2, 8, 15] as [UInt64])
    func gap(position: UInt64) throws {
        try ledger.setRecord(position, to: nil)
        let report = try ledger.verify()
        #expect(report.findings.map(\.kind) == [.gap])
        #expect(report.findings.map(\.position) == [Position(position)])
        #expect(report.findings.map(\.count) == [1])
    }

    @Test("Several records that were taken out are one gap of their number")
    func wideGap() throws {
        for position in 5...9 as ClosedRange<UInt64> { try ledger.setRecord(position, to: nil) }
        let report = try ledger.verify()
        #expect(report.findings.map(\.kind) == [.gap])
        #expect(report.findings.map(\.count) == [5])
    }

    @Test("A last record that was cut off leaves the views ahead")
    func cutOff() throws {
        try ledger.setRecord(16, to: nil)
        let report = try ledger.verify()
        #expect(report.findings.map(\.kind) == [.checkpointAhead])
        #expect(report.findings.map(\.position) == [Position(16)])
    }

    @Test("A log of which nothing is left leaves the views ahead")
    func emptied() throws {
        for position in 1...16 as ClosedRange<UInt64> { try ledger.setRecord(position, to: nil) }
        #expect(try ledger.verify().findings.map(\.kind) == [.checkpointAhead])
    }

    @Test(
        "A checkpoint that was moved is found in both directions",
        arguments: [0, 15, 17, .max] as [UInt64])
    func checkpoint(position: UInt64) throws {
        try ledger.setCheckpoint(ViewCheckpoint(position: Position(position)).encode())
        let report = try ledger.verify()
        #expect(
            report.findings.map(\.kind) == [position < 16 ? .checkpointBehind : .checkpointAhead])
        #expect(report.findings.map(\.position) == [Position(position)])
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
            #expect(report.findings.map(\.position) == [Position(7)])
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

    @Test("Two records that were exchanged are found, each at its place")
    func exchanged() throws {
        let (left, right) = (try ledger.record(4), try ledger.record(11))
        try ledger.setRecord(4, to: right)
        try ledger.setRecord(11, to: left)
        let report = try ledger.verify()
        #expect(report.findings.map(\.kind) == [.undecodable, .undecodable])
        #expect(report.findings.map(\.position) == [Position(4), Position(11)])
    }

    @Test("A record that was copied to the end is found")
    func copied() throws {
        try ledger.setRecord(17, to: try ledger.record(16))
        try ledger.setCheckpoint(ViewCheckpoint(position: Position(17)).encode())
        let report = try ledger.verify()
        #expect(report.findings.map(\.kind) == [.undecodable])
        #expect(report.findings.map(\.position) == [Position(17)])
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
}
