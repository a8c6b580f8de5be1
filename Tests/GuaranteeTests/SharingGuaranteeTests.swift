internal import AccountLedger
internal import LedgerTestSupport
internal import Testing

/// The promise: processes that share a ledger see each other's records at once.
@Suite struct SharingGuaranteeTests {
    private let directory: TemporaryDirectory
    private var path: String { directory.appending("ledger") }

    init() throws { directory = try TemporaryDirectory() }

    private func ask(_ child: ChildProcess, _ line: String) async throws -> OutcomeLine {
        let answer = try await onOwnThread {
            child.send([line])
            return child.line()
        }
        return try OutcomeLine(#require(answer))
    }

    @Test(
        "Two processes that write by turns see each other's records, and so does a third",
        .timeLimit(.minutes(2)))
    func alternating() async throws {
        let children = [try ChildProcess(path, ["apply"]), try ChildProcess(path, ["apply"])]
        _ = try await ask(children[0], CommandLineText.issue("zero"))
        let ledger = try Ledger.open(at: path, options: LedgerOptions(access: .readWrite))
        var head: UInt64 = 1
        for turn in 0..<20 {
            let (one, other) = (children[turn % 2], children[(turn + 1) % 2])
            let issued = try await ask(one, CommandLineText.issue("ann"))
            let token = try #require(issued.state)
            let linked = try await ask(
                other, CommandLineText.link(token, grant: "g\(turn)", subject: "s\(turn)"))
            #expect(linked.positions == [head + 2, head + 2])
            #expect(try ledger.head() == Position(head + 2))
            let id = CredentialID(try #require(linked.credential))
            #expect(try ledger.selection(of: "ann", toolkit: "gmail").credential == id)
            let own = try await ledger.relabel(id, to: "label \(turn)").get()
            #expect(own.positions == Position(head + 3)...Position(head + 3))
            let same = try await ask(
                one,
                CommandLineText.of("relabel", ["credential": id.text, "label": "label \(turn)"]))
            #expect(same.outcome == "unchanged")
            #expect(same.userVersion == head + 3)
            head += 3
        }
        for child in children {
            let ending = try await onOwnThread { child.finish() }
            #expect(ending.status == 0, "\(ending.errors)")
        }
    }

    @Test(
        "Of several processes that make a ledger at once one succeeds, and its policy holds",
        .timeLimit(.minutes(2)), arguments: 0..<5)
    func making(round: Int) async throws {
        let path = path
        let endings = try await onOwnThread {
            let makers = try (1...4).map { _ in try ChildProcess(path, ["create", "--policy", "-"])
            }
            for (index, maker) in makers.enumerated() {
                maker.send([#"{"accountLimit":\#(index + 1)}"#])
            }
            for maker in makers { maker.closeInput() }
            return makers.map { $0.finish() }
        }
        let winners = endings.indices.filter { endings[$0].status == 0 }
        #expect(winners.count == 1)
        for ending in endings where ending.status != 0 {
            #expect(ending.status == 2)
            #expect(ending.errors.contains("holds a ledger already"), "\(ending.errors)")
        }
        let ledger = try Ledger.open(at: path, options: LedgerOptions(access: .readOnly))
        #expect(ledger.policy.accountLimit == winners.first.map { $0 + 1 })
        ledger.close()
    }

    @Test(
        "A ledger that another process lets outgrow its address space is followed",
        .timeLimit(.minutes(2)))
    func growing() async throws {
        var options = LedgerOptions()
        options.mapSize = 1 << 20
        let ledger = try Ledger.open(at: path, options: options)
        let path = path
        let lines = try (0..<3000).map { try CommandLineText.grant("g\($0)", of: "user \($0)") }
        let child = try ChildProcess(path, ["apply"])
        async let feeding = onOwnThread { child.send(lines) }
        async let ending = onOwnThread { child.finishReading() }
        var own = 0
        while try ledger.head() < Position(3000) {
            _ = try await ledger.issueState(IssueState(user: "ann", toolkit: "t")).get()
            own += 1
        }
        #expect(try await feeding)
        child.closeInput()
        #expect(try await ending == 3000)
        #expect(try ledger.head() == Position(UInt64(3000 + own)))
        ledger.close()
        let verification = try await onOwnThread { try ChildProcess.run(path, ["verify"]) }
        #expect(verification.status == 0)
    }
}

extension ChildProcess {
    /// Reads to the end of the output; answers the number of lines.
    fileprivate func finishReading() -> Int {
        var count = 0
        while line() != nil { count += 1 }
        return count
    }
}
