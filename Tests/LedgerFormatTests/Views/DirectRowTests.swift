internal import LedgerDomain
internal import LedgerFormat
internal import LedgerTestSupport
internal import Testing

/// Rows are read and written in one pass; swift-protobuf is the measure of what that has to answer.
@Suite("Rows in one pass, beside the same through messages")
struct DirectRowTests {
    /// Fails with the first of what was found, as one is enough to look into.
    private func expectNone(
        _ differences: [String], location: SourceLocation = #_sourceLocation
    ) {
        #expect(differences.isEmpty, "\(differences.first ?? "")", sourceLocation: location)
    }

    @Test("Every field of a credential present or absent makes the same bytes both ways")
    func combinations() throws {
        let sample = try #require(Samples.credentials.first)
        let variants = (0..<1536).map { RowVariants.credential(sample, choice: $0) }
        #expect(Set(variants).count == variants.count)
        expectNone(variants.compactMap { RowComparison.difference(writing: $0) })
        // Reading would fall back on messages, and would then agree.
        for credential in variants {
            let bytes = CredentialRowCodec.encode(credential)
            #expect(RowComparison.readDirectly(bytes) == credential)
        }
    }

    @Test("Numbers and texts of every length of their encoding are the same both ways")
    func lengths() throws {
        let sample = try #require(Samples.credentials.first)
        var credentials: [Credential] = []
        for bits in 1...64 {
            for number in [UInt64(1) << UInt64(bits - 1), UInt64.max >> UInt64(64 - bits)] {
                var credential = sample
                credential.createdAt = Position(number)
                credential.version = Position(number)
                let time = Timestamp(microsecondsSinceEpoch: Int64(bitPattern: number))
                credential.firstConnectedAt = time
                credential.validUntil = time
                credentials.append(credential)
            }
        }
        for count in [1, 15, 16, 127, 128, 255, 320, 16_383, 16_384] {
            var credential = sample
            credential.grant = GrantID(String(repeating: "x", count: count))
            credential.label = String(repeating: "\u{EB}", count: count)
            credential.scopes = Array(repeating: "a", count: min(count, 64))
            credentials.append(credential)
        }
        expectNone(credentials.compactMap { RowComparison.difference(writing: $0) })
        for credential in credentials {
            let bytes = CredentialRowCodec.encode(credential)
            #expect(RowComparison.readDirectly(bytes) == credential)
            let place = try RowComparison.connection(bytes)
            #expect(place == (credential.firstConnectedAt, credential.createdAt))
        }
    }

    @Test("The place in a row that is cut anywhere is an error, or that of the whole")
    func cutPlaces() throws {
        var credential = try #require(Samples.credentials.first)
        for time in [credential.firstConnectedAt, Timestamp(microsecondsSinceEpoch: 0)] {
            credential.firstConnectedAt = time
            credential.createdAt = Position(1 << 40)
            let bytes = CredentialRowCodec.encode(credential)
            let whole = try RowComparison.connection(bytes)
            #expect(whole == (time, credential.createdAt))
            var (read, refused) = (0, 0)
            for count in 0..<bytes.count {
                let cut = Array(bytes.prefix(count))
                guard let place = try? RowComparison.connection(cut) else {
                    refused += 1
                    continue
                }
                read += 1
                #expect(place == whole, "cut to \(count) bytes")
                let row = try CredentialRowCodec.decode(cut, user: "1001", id: credential.id)
                #expect(place == (row.firstConnectedAt, row.createdAt))
            }
            #expect(read > 0)
            #expect(refused > read)
        }
        #expect(throws: FormatError(.malformed)) { try RowComparison.connection([]) }
    }

    @Test("A selection of any number of accounts makes the same bytes both ways")
    func selections() {
        let long = CredentialID(String(repeating: "c", count: 255))
        for count in [0, 1, 2, 3, 64, 300] {
            for choice in [nil, Samples.credential, long] {
                let live = (0..<count).map { number in
                    ToolkitAccounts.Account(
                        credential: CredentialID("cred_\(number)"),
                        isUsable: !number.isMultiple(of: 3))
                }
                let accounts = ToolkitAccounts(live: live, choice: choice)
                let difference = RowComparison.difference(writing: accounts)
                #expect(difference == nil)
                let bytes = SelectionRowCodec.encode(accounts)
                #expect(SelectionRowCodec.decodeDirectly(bytes.span) == accounts)
            }
        }
    }

    @Test("Empty texts and times of 0 are left out both ways")
    func defaults() throws {
        var credential = try #require(Samples.credentials.last)
        credential.toolkit = ""
        credential.grant = ""
        credential.account = ProviderAccount(provider: "", subject: "", email: "", name: "")
        credential.firstConnectedAt = Timestamp(microsecondsSinceEpoch: 0)
        credential.validUntil = credential.firstConnectedAt
        credential.createdAt = .start
        credential.version = .start
        credential.label = ""
        credential.scopes = ["", "a", ""]
        #expect(RowComparison.difference(writing: credential) == nil)
        let accounts = ToolkitAccounts(
            live: [.init(credential: "", isUsable: true), .init(credential: "", isUsable: false)],
            choice: "")
        #expect(RowComparison.difference(writing: accounts) == nil)
    }

    @Test("Damaged rows are read, or refused with the same error, both ways", arguments: Seeds.all)
    func damaged(seed: UInt64) throws {
        var random = Random(seed: seed)
        var (differences, read, refused) = ([String](), 0, 0)
        for turn in 0..<Effort.number("LEDGER_CODEC_CASES", else: 2500) {
            let isSelection = turn.isMultiple(of: 3)
            let row =
                isSelection
                ? SelectionRowCodec.encode(random.selectionRow())
                : CredentialRowCodec.encode(random.credentialRow())
            let damage = random.pick(RecordDamage.allCases)
            let bytes = damage.apply(to: row, &random)
            let difference =
                isSelection
                ? RowComparison.difference(readingSelection: bytes)
                : RowComparison.difference(readingCredential: bytes)
            if let difference { differences.append("\(damage): \(difference)") }
            let isRead =
                isSelection
                ? SelectionRowCodec.decodeDirectly(bytes.span) != nil
                : RowComparison.readDirectly(bytes) != nil
            if isRead { read += 1 } else { refused += 1 }
        }
        expectNone(differences)
        #expect(read > 0)
        #expect(refused > 0)
    }

    @Test(
        "A row selects as the accounts in it do, or with the same error where it is damaged",
        arguments: Seeds.all)
    func selecting(seed: UInt64) {
        var random = Random(seed: seed)
        var differences: [String] = []
        for turn in 0..<1000 {
            var row = SelectionRowCodec.encode(random.selectionRow())
            if turn.isMultiple(of: 4) {
                row = random.pick(RecordDamage.allCases).apply(to: row, &random)
            }
            let policy = Policy(requireChoice: random.chance(30), refuseFallback: random.chance(30))
            if let difference = RowComparison.difference(selectingIn: row, policy) {
                differences.append(difference)
            }
        }
        expectNone(differences)
    }

    @Test("Rows of every fixture are read in one pass")
    func fixtures() throws {
        let credential = try PackageFiles.fixture("credential-row.v1")
        #expect(RowComparison.readDirectly(credential) == Samples.credentials.first)
        let selection = try PackageFiles.fixture("selection-row.v1")
        #expect(SelectionRowCodec.decodeDirectly(selection.span) == ViewRowTests.accounts)
    }
}

/// A credential with every choice of its optional fields.
private enum RowVariants {
    static func credential(_ sample: Credential, choice: Int) -> Credential {
        var credential = sample
        if choice & 1 == 0 { credential.platform = nil }
        if choice & 2 == 0 { credential.externalID = nil }
        if choice & 4 == 0 { credential.member = nil }
        if choice & 8 == 0 { credential.statusReason = nil }
        if choice & 16 == 0 { credential.validUntil = nil }
        if choice & 32 == 0 { credential.account.email = nil }
        if choice & 64 == 0 { credential.account.name = nil }
        if choice & 128 == 0 { credential.label = nil }
        credential.status = CredentialStatus.allCases[choice / 256 % 3]
        if choice >= 768 { credential.scopes = [] }
        return credential
    }
}
