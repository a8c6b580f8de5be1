internal import LedgerDomain
internal import LedgerFormat
internal import Testing

@Suite("Rows of the built-in views to bytes and back")
struct ViewRowTests {
    static let accounts = ToolkitAccounts(
        live: [
            .init(credential: "cred_1", isUsable: true),
            .init(credential: "cred_2", isUsable: false),
        ],
        choice: "cred_3")

    @Test("A credential read back is the credential written")
    func credentials() throws {
        for sample in Samples.credentials {
            for status in CredentialStatus.allCases {
                var credential = sample
                credential.status = status
                let bytes = CredentialRowCodec.encode(credential)
                let decoded = try CredentialRowCodec.decode(
                    bytes, user: credential.user, id: credential.id)
                #expect(decoded == credential)
            }
        }
    }

    static func selection(_ row: [UInt8]) throws(FormatError) -> ToolkitAccounts {
        try SelectionRowCodec.decode(row.span)
    }

    @Test("A selection read back is the selection written")
    func selections() throws {
        for sample in [Self.accounts, ToolkitAccounts(), ToolkitAccounts(choice: "cred_1")] {
            #expect(try Self.selection(SelectionRowCodec.encode(sample)) == sample)
        }
    }

    @Test("A row that a newer version has written more into is refused")
    func unknownFields() throws {
        let more = WireWriter().number(99, 1)
        let credential = CredentialRowCodec.encode(try #require(Samples.credentials.first))
        #expect(throws: FormatError(.unknownField(in: "credential row"))) {
            try CredentialRowCodec.decode(credential + more.bytes, user: "1", id: "2")
        }
        let selection = SelectionRowCodec.encode(Self.accounts)
        for bytes in [selection + more.bytes, WireWriter().message(1, more).bytes] {
            #expect(throws: FormatError(.unknownField(in: "selection row"))) {
                try Self.selection(bytes)
            }
        }
    }

    @Test("A status that stands for nothing is refused")
    func statuses() {
        #expect(throws: FormatError(.missingField("status"))) {
            try CredentialRowCodec.decode([], user: "1", id: "2")
        }
        #expect(throws: FormatError(.unknownEnumValue(field: "status", value: 4))) {
            try CredentialRowCodec.decode(WireWriter().number(8, 4).bytes, user: "1", id: "2")
        }
    }

    @Test("Damaged rows are errors or rows, and never a crash", arguments: Seeds.all)
    func damage(seed: UInt64) throws {
        var random = Random(seed: seed)
        let credential = CredentialRowCodec.encode(try #require(Samples.credentials.first))
        let selection = SelectionRowCodec.encode(Self.accounts)
        let header = try LedgerHeaderTests.header.encode()
        for _ in 0..<1000 {
            _ = try? CredentialRowCodec.decode(mutated(credential, &random), user: "1", id: "2")
            _ = try? Self.selection(mutated(selection, &random))
            _ = try? LedgerHeader(decoding: mutated(header, &random))
            _ = try? ViewCheckpoint(decoding: random.bytes(12))
        }
    }
}
