internal import LedgerCommandLine
internal import Testing

@Suite("Stopping early")
struct StopTests {
    @Test(
        "what reads the whole ledger ends with 4 where somebody wishes to stop",
        arguments: [
            ["verify"], ["rebuild", "--dry-run"], ["export"], ["replay"],
            ["replay", "--between", "0", "3"], ["replay", "--follow-user", "ada"],
            ["replay", "--watch", "--user", "ada"], ["tail"],
        ])
    func stops(arguments: [String]) async throws {
        let scratch = try await Story.begin()
        let run = await Scratch.run(["--ledger", scratch.ledger] + arguments) { console in
            console.interruption.request()
        }
        #expect(run.status == .stopped)
        #expect(run.errors.hasPrefix("account-ledger: Stopped "))
    }
}
