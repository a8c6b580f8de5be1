internal import Foundation
internal import LedgerCommandLine
internal import Testing

@Suite("Commands that only look")
struct ReadOnlyTests {
    @Test(
        "leave the data file byte for byte as it is",
        arguments: [
            ["accounts", "--user", "ada", "--include-revoked"],
            ["accounts", "--user", "ada", "--as-of", "2"], ["active", "--user", "ada"],
            ["history", "--user", "ada"], ["history", "--grant", "g-1"], ["replay"], ["export"],
            ["replay", "--between", "2", "2"], ["replay", "--follow-user", "ada"],
            ["replay", "--watch", "--user", "ada"], ["history", "--user", "ada", "--html", "-"],
            ["verify"], ["doctor"], ["rebuild", "--dry-run"], ["diff"], ["stat"], ["backup"],
        ])
    func leaveDataAlone(arguments: [String]) async throws {
        let scratch = try await Story.begin()
        let before = try scratch.bytes("ledger/data.mdb")
        var arguments = ["--ledger", scratch.ledger] + arguments
        if arguments.last == "backup" { arguments += ["--to", scratch.path + "/copy"] }
        let run = await Scratch.run(arguments)
        #expect(run.status == .fine, "\(run.errors)")
        #expect(try scratch.bytes("ledger/data.mdb") == before)
    }

    @Test("leave no scratch files behind")
    func leaveNothing() async throws {
        let scratch = try await Story.begin()
        let before = try FileManager.default.contentsOfDirectory(atPath: scratch.ledger).sorted()
        _ = await scratch.run("verify")
        _ = await scratch.run("rebuild", "--dry-run")
        let after = try FileManager.default.contentsOfDirectory(atPath: scratch.ledger).sorted()
        #expect(before == after)
    }
}
