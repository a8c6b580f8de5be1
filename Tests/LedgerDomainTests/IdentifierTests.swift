internal import AccountLedgerTesting
internal import LedgerDomain
internal import Testing

@Suite("Identifiers")
struct IdentifierTests {
    private let composed = "zo\u{EB}"
    private let decomposed = "zoe\u{308}"

    @Test("compare by bytes: a composed and a decomposed \"zoë\" are two")
    func bytes() {
        #expect(composed == decomposed)
        #expect(UserID(composed) != UserID(decomposed))
        #expect(UserID(composed) == UserID(composed))
        #expect(Set([GrantID(composed), GrantID(decomposed), GrantID(composed)]).count == 2)
    }

    @Test("are ordered by bytes, whatever Swift's order of texts is")
    func order() {
        let ids = [composed, decomposed, "z", "Z", "\u{1F600}", "\u{FFFD}"].map { UserID($0) }
        let byBytes = ids.sorted {
            Array($0.text.utf8).lexicographicallyPrecedes(Array($1.text.utf8))
        }
        #expect(ids.sorted() == byBytes)
        #expect(UserID(decomposed) < UserID(composed))
        #expect(!(UserID(composed) < UserID(composed)))
    }

    @Test("keep the bytes that they were made from")
    func kept() {
        #expect(Array(UserID(decomposed).text.utf8) == Array(decomposed.utf8))
        #expect("\(UserID("alice"))" == "alice")
    }

    @Test("of two users, grants, accounts and toolkits with canonically equal texts stay apart")
    func rules() throws {
        var scenario = DecisionScenario()
        try scenario.connect(
            UserID(composed), ToolkitID(composed), grant: GrantID(composed),
            as: google(.init(composed)))
        try scenario.connect(
            UserID(decomposed), ToolkitID(composed), grant: GrantID(decomposed),
            as: google(.init(decomposed)))
        try scenario.connect(
            UserID(composed), ToolkitID(decomposed), grant: "g3", as: google("c"))
        #expect(scenario.accounts(of: UserID(composed)).map(\.id) == [1, 3].map(credential))
        #expect(scenario.accounts(of: UserID(decomposed)).map(\.id) == [credential(2)])
        let selection = try scenario.selection(
            of: UserID(composed), toolkit: ToolkitID(decomposed))
        #expect(selection.credential == credential(3))
        #expect(try scenario.refusal(.expire("zoe")) == .unknownGrant)
    }

    @Test("of notices with canonically equal texts are two notices")
    func notices() throws {
        var scenario = DecisionScenario()
        try scenario.connect()
        try scenario.apply(.expire("g1", notice: NoticeID(composed)).occurred(at(-60)))
        try scenario.apply(.expire("g1", notice: NoticeID(decomposed)).occurred(at(-60)))
        try scenario.repeated(.expire("g1", notice: NoticeID(composed)).occurred(at(-60)))
    }

    @Test("of actors compare by bytes as well")
    func actors() {
        #expect(LedgerActor.user(UserID(composed)) != LedgerActor.user(UserID(decomposed)))
        #expect(LedgerActor.operator(composed) != LedgerActor.operator(decomposed))
        #expect(LedgerActor.user("alice") == LedgerActor(kind: .user, id: "alice"))
        #expect(LedgerActor.user("alice") != LedgerActor.operator("alice"))
        #expect(
            Set([LedgerActor.operator(composed), .operator(decomposed), .application]).count == 3)
    }

    @Test("name actors of each kind")
    func actorKinds() {
        #expect(LedgerActor.application == LedgerActor(kind: .application, id: nil))
        #expect(LedgerActor.member("mia") == LedgerActor(kind: .member, id: "mia"))
        #expect(LedgerActor.platform("nylas") == LedgerActor(kind: .platform, id: "nylas"))
        #expect(
            LedgerActor.Kind.allCases.map(\.rawValue)
                == ["user", "member", "application", "platform", "operator"])
    }

    @Test("that are made from random bytes are `cred_` and 26 characters of Crockford's base 32")
    func credentialIDs() {
        let zero = CredentialID(random: Array(repeating: 0, count: 16))
        #expect(zero.text == "cred_00000000000000000000000000")
        let ones = CredentialID(random: Array(repeating: 0xFF, count: 16))
        #expect(ones.text == "cred_zzzzzzzzzzzzzzzzzzzzzzzzzw")
        let counted = CredentialID(random: Array(0..<16))
        #expect(counted.text == "cred_000g40r40m30e209185gr38e1w")
        let alphabet = Set("0123456789abcdefghjkmnpqrstvwxyz")
        #expect(counted.text.dropFirst(5).allSatisfy { alphabet.contains($0) })
        #expect(alphabet.isDisjoint(with: "ilou"))
    }

    @Test("of credentials differ wherever their random bytes differ")
    func credentialIDsDiffer() {
        var ids: Set<CredentialID> = []
        for bit in 0..<128 {
            var bytes = [UInt8](repeating: 0, count: 16)
            bytes[bit / 8] = 1 << UInt8(bit % 8)
            ids.insert(CredentialID(random: bytes))
        }
        #expect(ids.count == 128)
    }

    @Test("that are canonically equivalent do not share a hash")
    func hashes() {
        let letters = (0..<256).map { number in
            (0..<8).map { number >> $0 & 1 == 0 ? "\u{e9}" : "e\u{301}" }.joined()
        }
        #expect(Set(letters).count == 1)
        let hashes = Set(letters.map { UserID($0).hashValue })
        #expect(hashes.count == 256)
        #expect(Set(letters.map { UserID($0) }).count == 256)
    }
}
