internal import LedgerDomain
internal import LedgerFormat
internal import Testing

@Suite("A ledger's header")
struct LedgerHeaderTests {
    static let header = LedgerHeader(
        ledgerID: Array(0..<16), createdAt: Samples.time, isSimulated: true,
        policy: Policy(
            allowMultiple: true, accountLimit: 5, sharedAccounts: true, duplicateLabels: true,
            requireChoice: true, refuseFallback: true))

    static let checkpoint = ViewCheckpoint(
        position: Position(1 << 40), credentialsVersion: 3, selectionsVersion: 4)

    @Test("A header read back is the header written")
    func roundTrip() throws {
        var plain = Self.header
        plain.isSimulated = false
        plain.policy = Policy()
        for header in [Self.header, plain] {
            #expect(try LedgerHeader(decoding: try header.encode()) == header)
        }
    }

    @Test("Each field of the policy is kept by itself")
    func policies() throws {
        let policies = [
            Policy(allowMultiple: true), Policy(accountLimit: 1), Policy(sharedAccounts: true),
            Policy(duplicateLabels: true), Policy(requireChoice: true),
            Policy(refuseFallback: true),
        ]
        for policy in policies {
            var header = Self.header
            header.policy = policy
            #expect(try LedgerHeader(decoding: try header.encode()).policy == policy)
        }
    }

    @Test("A newer format is named, whatever else the header says")
    func newerFormat() {
        let newer = WireWriter().number(1, 2).text(2, "a name").number(77, 1)
        #expect(throws: FormatError(.newerFormat(found: 2))) {
            try LedgerHeader(decoding: newer.bytes)
        }
        #expect(FormatError(.newerFormat(found: 2)).description.contains("use a newer version"))
    }

    @Test("A header without a format, or with another id or more fields, is refused")
    func faults() throws {
        let id = Array<UInt8>(0..<16)
        #expect(throws: FormatError(.missingField("format"))) {
            try LedgerHeader(decoding: WireWriter().bytes(2, id).bytes)
        }
        #expect(throws: FormatError(.invalidField("ledger_id", reason: "is not 16 bytes"))) {
            try LedgerHeader(decoding: WireWriter().number(1, 1).bytes(2, [1]).bytes)
        }
        let header = WireWriter().number(1, 1).bytes(2, id)
        #expect(throws: FormatError(.unknownField(in: "header"))) {
            try LedgerHeader(decoding: header.number(9, 1).bytes)
        }
        #expect(throws: FormatError(.unknownField(in: "policy"))) {
            try LedgerHeader(decoding: header.message(5, WireWriter().number(9, 1)).bytes)
        }
    }

    @Test("A checkpoint read back is the checkpoint written")
    func checkpointRoundTrip() throws {
        #expect(try ViewCheckpoint(decoding: Self.checkpoint.encode()) == Self.checkpoint)
        #expect(throws: FormatError(.unknownField(in: "checkpoint"))) {
            try ViewCheckpoint(decoding: WireWriter().number(9, 1).bytes)
        }
    }
}
