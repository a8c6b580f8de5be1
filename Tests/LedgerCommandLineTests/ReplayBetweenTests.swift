internal import Foundation
internal import LedgerCommandLine
internal import LedgerTestSupport
internal import Testing

@Suite("What changed between two moments")
struct ReplayBetweenTests {
    /// The rows of an answer in JSON.
    private func rows(_ run: Run) throws -> [[String: Any]] {
        let data = try JSONSerialization.jsonObject(with: Data(run.output.utf8))
        let envelope = try #require(data as? [String: Any])
        return try #require(envelope["data"] as? [[String: Any]])
    }

    @Test("people read which row is another, field by field, and how many are")
    func text() async throws {
        let scratch = try await Story.begin()
        let run = await scratch.run("replay", "--between", "1", "2026-01-03T00:00:00Z")
        #expect(run.status == .found)
        #expect(
            run.output.withoutChance == """
                USER  KIND        WHICH                            CHANGE   FIELD       BEFORE  \
                AFTER
                ada   credential  cred_11111111111111111111111111  added                -       \
                gmail expired: ada@work.example, grant g-2, labelled Work
                ada   selection   gmail                            changed  passedOver  none    \
                cred_11111111111111111111111111 expired
                Different between position 1 and position 3: 1 user; credentials: 1 added, \
                0 changed, 0 revoked; selections: 0 added, 1 changed, 0 removed.

                """)
    }

    @Test("where nothing differs it says so, with 0")
    func identical() async throws {
        let scratch = try await Story.begin()
        let same = await scratch.run("replay", "--between", "2", "2026-01-02T12:00:00Z")
        #expect(same.status == .fine)
        #expect(
            same.output
                == "Identical: nothing differs between position 2 and position 2.\n")
        let other = await scratch.run("replay", "--between", "0", "3", "--user", "eve", "--json")
        #expect(other.status == .fine)
        #expect(other.output == #"{"version":1,"status":"ok","data":[],"diagnostics":[]}"# + "\n")
    }

    @Test("a revoked credential and a selection without accounts are told apart from changed ones")
    func revoked() async throws {
        let scratch = try await Story.begin()
        for grant in ["g-1", "g-2"] {
            await scratch.run("revoke", "--grant", grant, "--now", "2026-01-04T00:00:00Z")
        }
        let found = try rows(await scratch.run("replay", "--between", "3", "5", "--json"))
        let told = found.map { row in
            ["kind", "change"].map { row[$0] as? String ?? "" }.joined(separator: " ")
        }
        #expect(told == ["credential revoked", "credential revoked", "selection removed"])
        #expect(found.last?["toolkit"] as? String == "gmail")
        #expect(found.last?["after"] is NSNull)
        let changed = try #require(found.first?["changes"] as? [[String: Any]])
        #expect(changed.contains { $0["field"] as? String == "status" })
    }

    @Test(
        "a wrong call is a usage error",
        arguments: [
            ["--between", "1"], ["--between", "1", "2", "3"], ["--between", "3", "1"],
            ["--between", "1", "99"], ["--between", "1", "2", "--as-of", "2"],
            ["--between", "1", "2", "--follow-user", "ada"], ["--between", "1", "x"],
            ["--watch"], ["--watch", "--user", "ada", "--json"], ["--follow"],
            ["--follow-user", "ada", "--user", "ada"], ["--watch", "--follow-user", "ada"],
            ["--follow-user", "ada", "--follow", "--as-of", "1"],
            ["--follow-user", "ada", "--include-revoked"],
        ])
    func usage(arguments: [String]) async throws {
        let scratch = try await Story.begin()
        let run = await Scratch.run(["--ledger", scratch.ledger, "replay"] + arguments)
        #expect(run.status == .unusable, "\(run.output)\(run.errors)")
    }

    @Test("stopped in the middle the envelope is still one, and says so")
    func stopped() async throws {
        let scratch = try await Story.begin()
        let run = await Scratch.run(
            ["--ledger", scratch.ledger, "replay", "--between", "0", "3", "--json"]
        ) { $0.interruption.request() }
        #expect(run.status == .stopped)
        #expect(try rows(run).count == 3)
        #expect(run.output.contains(#""diagnostics":[{"code":"stopped""#))
    }

    /// A history of several users by chance.
    private func chance(_ seed: UInt64, events: Int) async throws -> Scratch {
        var random = SeededGenerator(seed: seed)
        let scratch = try Scratch()
        await scratch.run("create", "--simulate-clock")
        var lines: [String] = []
        for second in 0..<events {
            let grant = "g-\(Int.random(in: 0..<12, using: &random))"
            let user = "u-\(grant.suffix(1))"
            let command =
                switch Int.random(in: 0..<6, using: &random) {
                case 0: #""expire","grant":"\#(grant)""#
                case 1: #""revoke","grant":"\#(grant)""#
                case 2: #""issueState","user":"\#(user)","toolkit":"t","allowMultiple":true"#
                default:
                    #""import","user":"\#(user)","toolkit":"t\#(second % 2)","grant":"\#(grant)","#
                        + #""provider":"p","account":{"subject":"\#(grant)"}"#
                }
            let time =
                "2026-01-01T00:\(second / 60 < 10 ? "0" : "")\(second / 60):"
                + "\(second % 60 < 10 ? "0" : "")\(second % 60)Z"
            lines.append(#"{"command":\#(command),"now":"\#(time)"}"#)
        }
        _ = await scratch.apply(lines, "--simulate-clock")
        return scratch
    }

    /// The accounts, or selections, of every user as other subcommands list them.
    private func listed(
        _ subcommand: String, _ key: String, _ scratch: Scratch, asOf position: Int
    ) async throws -> [String: NSDictionary] {
        var found: [String: NSDictionary] = [:]
        for user in (0..<10).map({ "u-\($0)" }) {
            var arguments = [subcommand, "--user", user, "--as-of", "\(position)", "--json"]
            if subcommand == "accounts" { arguments.append("--include-revoked") }
            for row in try rows(await Scratch.run(["--ledger", scratch.ledger] + arguments)) {
                let name = try #require(row[key] as? String)
                found["\(user) \(name)"] = row.filter { $0.key != "position" } as NSDictionary
            }
        }
        return found
    }

    @Test(
        "on histories by chance it lists just what other answers at both moments differ in",
        arguments: Effort.seeds("LEDGER_TEST_HISTORIES", else: 2))
    func chances(seed: UInt64) async throws {
        let scratch = try await chance(seed, events: 60)
        let head = await scratch.run("export").lines.count
        for (first, last) in [(0, head), (head / 3, head / 2), (head / 2, head), (7, 8)] {
            let run = await scratch.run("replay", "--between", "\(first)", "\(last)", "--json")
            let found = try rows(run)
            for (subcommand, key) in [("accounts", "credential"), ("active", "toolkit")] {
                let before = try await listed(subcommand, key, scratch, asOf: first)
                let after = try await listed(subcommand, key, scratch, asOf: last)
                var expected: Set<String> = []
                for name in Set(before.keys).union(after.keys) where before[name] != after[name] {
                    expected.insert(name)
                }
                let ours = found.filter { $0[key] != nil }
                let names = ours.map { "\($0["user"] ?? "") \($0[key] ?? "")" }
                #expect(Set(names) == expected, "seed \(seed), \(first) to \(last), \(subcommand)")
                #expect(Set(names).count == names.count)
                for (name, row) in zip(names, ours) {
                    let rest = (row["after"] as? [String: Any])?.filter { $0.key != "position" }
                    #expect(rest.map { $0 as NSDictionary } == after[name], "\(name)")
                }
            }
            #expect(run.status == (found.isEmpty ? .fine : .found))
        }
    }
}
