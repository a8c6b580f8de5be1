internal import Foundation
internal import LedgerCommandLine
internal import Testing

@Suite("Explaining")
struct ExplainTests {
    /// The rows of an answer in JSON.
    private func rows(_ run: Run) throws -> [[String: Any]] {
        let data = try JSONSerialization.jsonObject(with: Data(run.output.utf8))
        let envelope = try #require(data as? [String: Any])
        return try #require(envelope["data"] as? [[String: Any]])
    }

    private func changes(_ row: [String: Any]) throws -> [String: [String]] {
        var found: [String: [String]] = [:]
        for change in try #require(row["changes"] as? [[String: Any]]) {
            let field = try #require(change["field"] as? String)
            found[field] = ["from", "to"].map { side in
                change[side] is NSNull ? "null" : "\(change[side] ?? "absent")"
            }
        }
        return found
    }

    private func position(_ row: [String: Any]) throws -> Int {
        let record = try #require(row["record"] as? [String: Any])
        return try #require(record["position"] as? Int)
    }

    @Test("a credential names the records that made it, and the fields that each changed")
    func credential() async throws {
        let scratch = try await Story.begin()
        let accounts = await scratch.run("accounts", "--user", "ada", "--json").output
        let second = try #require(
            accounts.components(separatedBy: "},{").last?.member("credential"))
        let found = try rows(await scratch.run("explain", "--credential", second, "--json"))
        #expect(try found.map(position) == [2, 3])
        let made = try changes(found[0])
        #expect(made["grant"] == ["null", "g-2"])
        #expect(made["account.email"] == ["null", "ada@work.example"])
        #expect(made["statusReason"] == nil)
        let expired = try changes(found[1])
        #expect(
            expired == [
                "status": ["valid", "expired"], "statusReason": ["null", "password changed"],
                "statusChangedAt": ["2026-01-02T00:00:00.000000Z", "2026-01-03T00:00:00.000000Z"],
            ])
        let earlier = await scratch.run(
            "explain", "--credential", second, "--as-of", "2", "--json")
        #expect(try rows(earlier).map(position) == [2])
        let text = await scratch.run("explain", "--credential", second).output
        #expect(text.contains("status: valid -> expired"))
        #expect(text.contains("platform:nylas"))
    }

    @Test("a selection names the records after which another one acted, and why")
    func selection() async throws {
        let scratch = try await Story.begin()
        let found = try rows(
            await scratch.run("explain", "--user", "ada", "--toolkit", "gmail", "--json"))
        #expect(try found.map(position) == [1, 2, 3])
        #expect(try changes(found[0])["because"] == ["null", "onlyUsable"])
        #expect(try changes(found[1])["because"] == ["onlyUsable", "mostRecentlyConnected"])
        let back = try changes(found[2])
        #expect(back["because"] == ["mostRecentlyConnected", "onlyUsable"])
        #expect(back["credential"]?.count == 2)
        let after = try #require(found[2]["after"] as? [String: Any])
        #expect(after["position"] as? Int == 3)
        let active = await scratch.run("active", "--user", "ada", "--json")
        #expect(try rows(active).first?["credential"] as? String == after["credential"] as? String)
    }

    @Test("a pin decides from the moment on at which the credential exists")
    func pinned() async throws {
        let scratch = try await Story.begin()
        let accounts = await scratch.run("accounts", "--user", "ada", "--json").output
        let first = try #require(accounts.member("credential"))
        let found = try rows(
            await scratch.run(
                "explain", "--user", "ada", "--toolkit", "gmail", "--pin", first, "--json"))
        #expect(try changes(found[0])["because"] == ["null", "pinned"])
        #expect(try found.map(position) == [1, 2])
        let foreign = await scratch.run(
            "explain", "--user", "ada", "--toolkit", "gmail", "--pin", "none")
        #expect(foreign.status == .found)
    }

    @Test("what does not exist is refused, and what says too little or too much is a usage error")
    func refused() async throws {
        let scratch = try await Story.begin()
        #expect(await scratch.run("explain", "--credential", "none").status == .found)
        let accounts = await scratch.run("accounts", "--user", "ada", "--json").output
        let first = try #require(accounts.member("credential"))
        let other = await scratch.run("explain", "--credential", first, "--user", "bob")
        #expect(other.status == .found)
        let before = await scratch.run("explain", "--credential", first, "--as-of", "0")
        #expect(before.status == .found)
        let nothing = await scratch.run("explain", "--user", "bob", "--toolkit", "gmail")
        #expect(nothing.status == .fine)
        for arguments in [
            [], ["--user", "ada"], ["--toolkit", "gmail"],
            ["--credential", first, "--toolkit", "gmail"], ["--credential", first, "--pin", first],
        ] {
            let run = await Scratch.run(["--ledger", scratch.ledger, "explain"] + arguments)
            #expect(run.status == .unusable)
        }
    }
}
