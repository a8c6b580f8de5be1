internal import Foundation
internal import LedgerCommandLine
internal import Testing

@Suite("What people read")
struct TranscriptTests {
    @Test("accounts lists a user's accounts in the order of first connection")
    func accounts() async throws {
        let run = await (try Story.begin()).run("accounts", "--user", "ada")
        #expect(run.status == .fine)
        #expect(
            run.output.withoutChance == """
                CREDENTIAL                       TOOLKIT  STATUS                     \
                ACCOUNT           LABEL  GRANT  CONNECTED
                cred_11111111111111111111111111  gmail    valid                      \
                ada@example.com   -      g-1    2026-01-01 00:00:00Z
                cred_22222222222222222222222222  gmail    expired: password changed  \
                ada@work.example  Work   g-2    2026-01-02 00:00:00Z

                """)
    }

    @Test("active says which account acts, and what was passed over and why")
    func active() async throws {
        let run = await (try Story.begin()).run("active", "--user", "ada", "--toolkit", "slack")
        #expect(
            run.output.withoutChance == """
                TOOLKIT  RESULT       CREDENTIAL                       ACCOUNT           WHY
                gmail    acts         cred_11111111111111111111111111  ada@example.com   \
                the only usable one
                         passed over  cred_22222222222222222222222222  ada@work.example  expired
                slack    none         -                                -                 \
                nothing is connected

                """)
    }

    @Test("history says what each record says")
    func history() async throws {
        let run = await (try Story.begin()).run("history", "--grant", "g-2")
        #expect(
            run.output.withoutChance == """
                POSITION  TIME                  EVENT             CREDENTIAL                       \
                ACTOR           WHAT
                2         2026-01-02 00:00:00Z  grant-linked.v1   cred_11111111111111111111111111  \
                application     gmail connected: ada@work.example, grant g-2, labelled Work, \
                imported from apply
                3         2026-01-03 00:00:00Z  grant-expired.v1  cred_11111111111111111111111111  \
                platform:nylas  grant g-2 expired: password changed

                """)
    }

    @Test("a command answers with what it did")
    func outcome() async throws {
        let run = await (try Story.begin()).run(
            "revoke", "--grant", "g-1", "--now", "2026-01-04T00:00:00Z")
        #expect(
            run.output.withoutChance == """
                applied
                  credential    cred_11111111111111111111111111
                  positions     4
                  user version  4

                """)
    }

    @Test("a refusal says what to do")
    func refusal() async throws {
        let run = await (try Story.begin()).run(
            "issue-state", "--user", "ada", "--toolkit", "gmail", "--now", "2026-01-04T00:00:00Z")
        #expect(run.status == .found)
        #expect(
            run.output.withoutChance == """
                refused: alreadyConnected: The user has connected cred_11111111111111111111111111; \
                reconnect it, or allow several (--allow-multiple).

                """)
        #expect(run.errors.isEmpty)
    }

    @Test("times are in the local zone unless UTC is asked for")
    func zones() async throws {
        let scratch = try await Story.begin()
        let run = await Scratch.run(["--ledger", scratch.ledger, "accounts", "--user", "ada"]) {
            $0.timeZone = TimeZone(secondsFromGMT: -(3 * 3600 + 1800)) ?? .gmt
        }
        #expect(run.output.contains("2025-12-31 20:30:00-03:30"))
    }

    @Test("colour is for terminals, and can be turned off in three ways")
    func colour() async throws {
        let scratch = try await Story.begin()
        func shows(_ arguments: [String], _ adjust: (inout Console) -> Void) async -> Bool {
            let all = ["--ledger", scratch.ledger, "accounts", "--user", "ada"] + arguments
            return await Scratch.run(all, adjust: adjust).output.contains("\u{1B}[32mvalid")
        }
        #expect(await shows([]) { $0.isOutputTerminal = true })
        #expect(await shows([]) { _ in } == false)
        #expect(await shows(["--no-color"]) { $0.isOutputTerminal = true } == false)
        #expect(
            await shows([]) {
                $0.isOutputTerminal = true
                $0.environment["NO_COLOR"] = "1"
            } == false)
    }

    @Test("a label cannot move the cursor of the terminal that it is shown on")
    func harmless() async throws {
        let scratch = try Scratch()
        _ = await scratch.apply([
            #"{"command":"import","user":"u","toolkit":"t","grant":"g","provider":"p","#
                + #""account":{"subject":"s"},"label":"a\u001b[2Jb\nc\u202ed"}"#
        ])
        let run = await scratch.run("accounts", "--user", "u")
        #expect(run.output.contains(#"a\u{1B}[2Jb\nc\u{202E}d"#))
        #expect(run.lines.count == 2)
    }

    @Test("replay lists the accounts of every user as they were")
    func replay() async throws {
        let scratch = try await Story.begin()
        let run = await scratch.run("replay", "--as-of", "2026-01-01T12:00:00Z")
        #expect(run.lines.count == 2)
        #expect(run.lines.last?.hasPrefix("ada   cred_") == true)
        let rows = await scratch.run("replay", "--json")
        #expect(rows.lines.map { $0.member("user") } == ["ada", "ada"])
        #expect(rows.lines.map { $0.member("status") } == ["valid", "expired"])
    }

    @Test("the demo tells its story to the end, and leaves nothing behind")
    func demo() async throws {
        let run = await Scratch.run(["demo", "--utc"])
        #expect(run.status == .fine, "\(run.errors)\(run.output)")
        #expect(run.output.contains("$ account-ledger expire --grant grant-2"))
        #expect(run.output.contains("Sound: 7 records"))
    }
}
