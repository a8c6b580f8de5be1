internal import LedgerDomain
internal import LedgerFormat
internal import Testing

/// The fixtures were written by the protocol buffer compiler from texts typed by hand, not by this
/// package.
@Suite("Bytes that never change")
struct GoldenTests {
    @Test("A record is the bytes it was in the first release", arguments: Samples.records())
    func record(sample: EventRecord) throws {
        let bytes = try PackageFiles.fixture(sample.event.wireName)
        #expect(try RecordCodec.encode(sample).lowercaseHexadecimal == bytes.lowercaseHexadecimal)
        #expect(try RecordCodec.decode(bytes) == sample)
    }

    @Test("A row of the view of credentials is the bytes it was in the first release")
    func credentialRow() throws {
        let sample = try #require(Samples.credentials.first)
        let bytes = try PackageFiles.fixture("credential-row.v1")
        #expect(
            CredentialRowCodec.encode(sample).lowercaseHexadecimal == bytes.lowercaseHexadecimal
        )
        #expect(try CredentialRowCodec.decode(bytes, user: sample.user, id: sample.id) == sample)
    }

    @Test("A row of the view of selections is the bytes it was in the first release")
    func selectionRow() throws {
        let bytes = try PackageFiles.fixture("selection-row.v1")
        let sample = ViewRowTests.accounts
        #expect(
            SelectionRowCodec.encode(sample).lowercaseHexadecimal == bytes.lowercaseHexadecimal)
        #expect(try ViewRowTests.selection(bytes) == sample)
    }

    @Test("A header is the bytes it was in the first release")
    func header() throws {
        let bytes = try PackageFiles.fixture("ledger-header.v1")
        let sample = LedgerHeaderTests.header
        #expect(try sample.encode().lowercaseHexadecimal == bytes.lowercaseHexadecimal)
        #expect(try LedgerHeader(decoding: bytes) == sample)
    }

    @Test("A checkpoint of the views is the bytes it was in the first release")
    func checkpoint() throws {
        let bytes = try PackageFiles.fixture("view-checkpoint.v1")
        let sample = LedgerHeaderTests.checkpoint
        #expect(sample.encode().lowercaseHexadecimal == bytes.lowercaseHexadecimal)
        #expect(try ViewCheckpoint(decoding: bytes) == sample)
    }
}
