internal import Foundation
internal import LedgerCommandLine
internal import Testing

@Suite("Exit codes and envelopes")
struct ExitStatusTests {
    @Test(
        "a wrong call ends with 2, one line on standard error and nothing on standard output",
        arguments: [
            [], ["nonsense"], ["accounts"], ["accounts", "--user"], ["accounts", "--nonsense"],
            ["active"], ["active", "--user", "u", "--pin", "gmail"], ["revoke"],
            ["active", "--user", "u", "--pin", "t=a", "--pin", "t=b"],
            ["revoke", "--grant", "g", "--credential", "c"], ["relabel", "--credential", "c"],
            ["select", "--user", "u", "--toolkit", "t"], ["rebuild"], ["accounts", "--user", ""],
            ["accounts", "--user", "u", "--as-of", "yesterday"], ["export", "--from", "0"],
            ["import", "--format", "xml", "f"],
            ["import", "--format", "user-grants-csv", "f", "--batch", "0"],
            ["issue-state", "--user", "u", "--toolkit", "t", "--actor", "nobody"],
        ])
    func usage(arguments: [String]) async throws {
        let run = await Scratch.run(arguments)
        #expect(run.status == .unusable)
        #expect(run.output.isEmpty)
        #expect(run.errors.hasPrefix("account-ledger: "))
        #expect(run.errors.split(separator: "\n").count == 1, "\(run.errors)")
    }

    @Test("with --json a wrong call is an envelope too")
    func usageEnvelope() async throws {
        let run = await Scratch.run(["accounts", "--json"])
        #expect(run.status == .unusable)
        #expect(
            run.output == """
                {"version":1,"status":"error","data":null,"diagnostics":[{"code":"usage",\
                "message":"Give --user, --credential or --grant. See `account-ledger accounts \
                --help`."}]}

                """)
    }

    @Test("help and version are answers", arguments: [["--help"], ["help"], ["--version"]])
    func help(arguments: [String]) async throws {
        let run = await Scratch.run(arguments)
        #expect(run.status == .fine)
        #expect(!run.output.isEmpty)
        #expect(run.errors.isEmpty)
    }

    @Test(
        "the help of each subcommand has an example",
        arguments: [
            "accounts", "active", "history", "replay", "issue-state", "link", "expire", "revoke",
            "relabel", "select", "apply", "import", "export", "create", "verify", "rebuild", "stat",
            "doctor", "backup", "restore", "compact", "demo", "parked",
        ])
    func examples(name: String) async throws {
        let run = await Scratch.run([name, "--help"])
        #expect(run.output.contains("Example:\n  account-ledger --ledger DIR \(name)"))
    }

    @Test(
        "a ledger that is absent is not made by commands that need one",
        arguments: [
            ["accounts", "--user", "u"], ["active", "--user", "u"], ["history", "--user", "u"],
            ["replay"], ["export"], ["verify"], ["rebuild", "--dry-run"], ["stat"],
            ["backup", "--to", "elsewhere"], ["compact"], ["expire", "--grant", "g"],
            ["issue-state", "--user", "u", "--toolkit", "t"],
        ])
    func absent(arguments: [String]) async throws {
        let scratch = try Scratch()
        for ledger in ["ledger", "."] {
            let path = scratch.path + "/" + ledger
            let run = await Scratch.run(["--ledger", path, "--json"] + arguments)
            #expect(run.status == .unusable)
            #expect(run.output.contains(#""code":"notALedger""#))
            #expect(run.errors.contains("Create it first"))
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path).isEmpty)
    }

    @Test("where a file is, no ledger can be made, and nobody is told to make one")
    func file() async throws {
        let scratch = try Scratch()
        let file = try scratch.file("file", "x")
        let run = await Scratch.run(["stat", "--ledger", file])
        #expect(run.status == .unusable)
        #expect(run.errors.contains(file))
        #expect(!run.errors.contains("Create it first"))
    }

    @Test("the ledger is named before the subcommand, after it, or by a variable")
    func location() async throws {
        let scratch = try await Story.begin()
        let name = scratch.ledger
        let asked = ["accounts", "--user", "ada", "--json"]
        let before = await Scratch.run(["--ledger", name] + asked)
        let after = await Scratch.run(asked + ["--ledger", name])
        let variable = await Scratch.run(asked) { $0.environment["ACCOUNT_LEDGER"] = name }
        #expect(before.status == .fine)
        #expect(before.output == after.output)
        #expect(before.output == variable.output)
        let none = await Scratch.run(asked)
        #expect(none.status == .unusable)
    }

    @Test("names may begin with a hyphen, as states do that chance made so")
    func hyphens() async throws {
        let scratch = try Scratch()
        await scratch.run("create")
        let issued = await scratch.run(
            "issue-state", "--user", "-100123", "--toolkit", "-h", "--label", "--x", "--json")
        #expect(issued.status == .fine, "\(issued.errors)")
        let run = await scratch.run(
            "link", "--state", "-hZ_wwIoSHXkoBn84auJm2WjIDq4zaEILRKVIB3OKHGQ", "--grant", "--g",
            "--provider", "p", "--subject", "s", "--json")
        #expect(run.output.contains("unknownState"), "\(run.errors)")
        #expect(await scratch.run("accounts", "--user", "-100123").status == .fine)
    }

    @Test("a pin that names no credential of the user is found, not an error")
    func pins() async throws {
        let run = await (try Story.begin()).run(
            "active", "--user", "ada", "--pin", "gmail=cred_none", "--json")
        #expect(run.status == .found)
        #expect(run.output.hasPrefix(#"{"version":1,"status":"found","data":[],"#))
        #expect(run.output.contains(#""code":"unknownCredential""#))
    }

    @Test("what nobody has is found, not an error")
    func unknown() async throws {
        let scratch = try await Story.begin()
        #expect(await scratch.run("accounts", "--credential", "cred_none").status == .found)
        #expect(await scratch.run("accounts", "--grant", "g-9").status == .found)
        #expect(await scratch.run("history", "--grant", "g-9").status == .found)
        #expect(await scratch.run("history", "--user", "eve", "--grant", "g-1").status == .found)
        #expect(await scratch.run("accounts", "--user", "eve").status == .fine)
    }

    @Test("a grant is asked for as of the time of its holder then")
    func formerHolder() async throws {
        let scratch = try Scratch()
        func linkedBy(_ user: String) -> String {
            #"{"command":"import","user":"\#(user)","toolkit":"gmail","grant":"g1","#
                + #""provider":"google","account":{"subject":"\#(user)"}}"#
        }
        _ = await scratch.apply(
            [linkedBy("ada"), #"{"command":"revoke","grant":"g1"}"#, linkedBy("ben")])
        let ada = await scratch.run("accounts", "--user", "ada", "--as-of", "1", "--json")
        #expect(ada.output.contains(#""subject":"ada""#))
        let then = await scratch.run("accounts", "--grant", "g1", "--as-of", "1", "--json")
        #expect(then.output == ada.output, "\(then.errors)")
        let now = await scratch.run("accounts", "--grant", "g1", "--json")
        #expect(now.output.contains(#""subject":"ben""#))
    }

    @Test(
        "a token is taken from a line of standard input", arguments: ["\n", "\r\n", "\nrest", ""])
    func tokenFromInput(end: String) async throws {
        let scratch = try Scratch()
        await scratch.run("create")
        let issued = await scratch.run("issue-state", "--user", "u", "--toolkit", "t", "--json")
        let token = try #require(issued.output.member("state"))
        let link = ["link", "--state", "-", "--grant", "g", "--provider", "p", "--subject", "s"]
        let arguments = ["--ledger", scratch.ledger] + link
        let bytes = Array((token + end).utf8)
        let run = await Scratch.run(arguments, input: [Array(bytes.prefix(5)), Array(bytes[5...])])
        #expect(run.status == .fine, "\(run.errors)")
        for wrong in ["", "\n", String(repeating: "x", count: 10_000)] {
            let run = await Scratch.run(arguments, input: [Array(wrong.utf8)])
            #expect(run.status == .unusable)
            #expect(run.errors.contains("standard input"))
        }
    }

    @Test("a position past the head is a wrong call")
    func pastHead() async throws {
        let scratch = try await Story.begin()
        #expect(await scratch.run("accounts", "--user", "ada", "--as-of", "4").status == .unusable)
        #expect(await scratch.run("accounts", "--user", "ada", "--as-of", "3").status == .fine)
        #expect(await scratch.run("export", "--to", "4").status == .unusable)
    }

    @Test("the clock is given to a simulated ledger, and to no other")
    func clocks() async throws {
        let simulated = try await Story.begin()
        #expect(await simulated.run("expire", "--grant", "g-1").status == .unusable)
        #expect(await simulated.apply([]).status == .unusable)
        let real = try Scratch()
        await real.run("create")
        let now = ["--now", "2026-01-03T00:00:00Z"]
        #expect(await real.run("expire", "--grant", "g", now[0], now[1]).status == .unusable)
        #expect(await real.apply([], "--simulate-clock").status == .unusable)
    }

    @Test("create refuses a directory that holds a ledger, and a policy that has unknown fields")
    func create() async throws {
        let scratch = try Scratch()
        let bad = try scratch.file("bad.json", #"{"accountLimits":1}"#)
        let refused = await scratch.run("create", "--policy", bad)
        #expect(refused.status == .unusable)
        #expect(refused.errors.contains("accountLimits"))
        #expect(!scratch.exists("ledger"))
        let good = try scratch.file("good.json", #"{"accountLimit":2,"allowMultiple":true}"#)
        #expect(await scratch.run("create", "--policy", good).status == .fine)
        let again = await scratch.run("create", "--json")
        #expect(again.status == .unusable)
        #expect(again.output.contains(#""code":"exists""#))
        let stat = await scratch.run("stat", "--json")
        #expect(stat.output.contains(#""oldestReaderLag":0"#))
        #expect(stat.output.contains(#""libraryVersion":"LMDB 0.9."#))
        #expect(stat.output.contains(#""accountLimit":2"#))
    }

    @Test("a backup replaces nothing")
    func backup() async throws {
        let scratch = try await Story.begin()
        let copy = scratch.path + "/copy"
        #expect(await scratch.run("backup", "--to", copy).status == .fine)
        #expect(await scratch.run("backup", "--to", copy).status == .unusable)
        #expect(await Scratch.run(["verify", "--ledger", copy]).status == .fine)
    }
}
