internal import AccountLedgerTesting
internal import LedgerDomain
internal import Testing

@Suite("Where several refusals hold")
struct RefusalOrderTests {
    /// The order of the contract.
    private static let order = [
        "invalid", "idempotencyKeyReused", "versionConflict", "unknownState", "stateAlreadyUsed",
        "stateExpired", "toolkitMismatch", "unknownCredential", "unknownGrant",
        "credentialRevoked", "accountMismatch", "grantAlreadyLinked", "accountAlreadyLinked",
        "alreadyConnected", "accountLimitReached", "labelTaken", "notUsable",
    ]

    /// Neighbours that no command can meet together, and why.
    private static let exclusive = [
        ["versionConflict", "unknownState"]: "the user of an unknown state cannot be told",
        ["unknownState", "stateAlreadyUsed"]: "a used state is known",
        ["toolkitMismatch", "unknownCredential"]: "an unknown credential has no toolkit",
        ["unknownCredential", "unknownGrant"]: "a command names one of the two",
        ["unknownGrant", "credentialRevoked"]:
            "commands that name a grant accept revoked credentials",
        ["labelTaken", "notUsable"]: "only selecting needs a usable credential",
    ]

    @Test(
        "the earlier is given, and the later once the earlier is mended", arguments: RefusalPair.all
    )
    func earlierWins(_ pair: RefusalPair) throws {
        var scenario = DecisionScenario(policy: pair.policy)
        let both = try pair.violatingBoth(&scenario)
        #expect(try scenario.refusal(both)?.name == pair.earlier)
        let one = try pair.mending(&scenario, both)
        #expect(try scenario.refusal(one)?.name == pair.later)
    }

    @Test("each pair stands in the order of the contract")
    func pairsAreOrdered() throws {
        for pair in RefusalPair.all {
            let earlier = try #require(Self.order.firstIndex(of: pair.earlier))
            let later = try #require(Self.order.firstIndex(of: pair.later))
            #expect(earlier < later)
        }
    }

    @Test("all neighbours that can meet are tried")
    func coverage() {
        let tried = Set(RefusalPair.all.map { [$0.earlier, $0.later] })
        let neighbours = Set(zip(Self.order, Self.order.dropFirst()).map { [$0, $1] })
        #expect(neighbours.subtracting(tried) == Set(Self.exclusive.keys))
    }

    @Test("there are seventeen refusals with the names of the contract, in its order")
    func names() {
        let one = credential(1)
        let all: [Refusal] = [
            .invalid(field: "", reason: ""), .idempotencyKeyReused(field: ""),
            .versionConflict(current: UserVersion(0)), .unknownState, .stateAlreadyUsed,
            .stateExpired(at: at(0)), .toolkitMismatch(toolkit: ""), .unknownCredential,
            .unknownGrant, .credentialRevoked(one), .accountMismatch(one), .grantAlreadyLinked(nil),
            .accountAlreadyLinked(nil), .alreadyConnected(one), .accountLimitReached(limit: 1),
            .labelTaken(by: one), .notUsable(one, status: .expired),
        ]
        #expect(all.map(\.name) == Self.order)
    }
}
