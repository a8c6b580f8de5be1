internal import LedgerCommandLine
internal import Testing

@Suite("Following changes", .timeLimit(.minutes(1)))
struct TailTests {
    @Test("tail tells people what changed, and what acts since")
    func text() async throws {
        let run = await (try Story.begin()).run("tail", "--no-follow", "--no-color") { console in
            console.isOutputTerminal = true
        }
        #expect(run.status == .fine)
        #expect(
            run.output.withoutChance == """
                1  2026-01-01 00:00:00Z  ada  gmail  cred_11111111111111111111111111 connected, \
                grant g-1, by application
                1  2026-01-01 00:00:00Z  ada  gmail  acts as cred_11111111111111111111111111, \
                the only usable one (before: nothing is connected), by application
                2  2026-01-02 00:00:00Z  ada  gmail  cred_22222222222222222222222222 connected, \
                grant g-2, by application
                2  2026-01-02 00:00:00Z  ada  gmail  acts as cred_22222222222222222222222222, \
                connected most recently (before: acts as cred_11111111111111111111111111), \
                by application
                3  2026-01-03 00:00:00Z  ada  gmail  cred_22222222222222222222222222 expired, \
                grant g-2: password changed, by platform:nylas
                3  2026-01-03 00:00:00Z  ada  gmail  acts as cred_11111111111111111111111111, \
                the only usable one (before: acts as cred_22222222222222222222222222), \
                by platform:nylas

                """)
    }

    @Test("Elsewhere tail writes JSON Lines, and goes on after any of them")
    func lines() async throws {
        let scratch = try await Story.begin()
        let all = await scratch.run("tail", "--no-follow")
        #expect(all.status == .fine)
        #expect(all.lines.count == 7)
        #expect(all.lines.last?.hasPrefix(#"{"change":"caughtUp","position":3,"id":""#) == true)
        #expect(all.lines[5].contains(#""because":"onlyUsable"}"#))
        let id = try #require(all.lines[2].member("id"))
        let rest = await scratch.run("tail", "--no-follow", "--after", "2.0", "--after-id", id)
        #expect(rest.lines == Array(all.lines[3...]))
        let whole = await scratch.run("tail", "--no-follow", "--after", "2", "--json")
        #expect(whole.lines == Array(all.lines[4...]))
    }

    @Test("tail gives what is asked for, and refuses what cannot be")
    func filters() async throws {
        let scratch = try await Story.begin()
        for (arguments, count) in [
            (["--user", "ada"], 7), (["--user", "bob"], 1), (["--toolkit", "gmail"], 7),
            (["--toolkit", "x", "--toolkit", "y"], 1), (["--member", "m"], 1),
        ] {
            let base = ["--ledger", scratch.ledger, "tail", "--no-follow"]
            let run = await Scratch.run(base + arguments)
            #expect(run.lines.count == count, "\(arguments)")
        }
        let far = await scratch.run("tail", "--after", "4")
        #expect(far.status == .unusable && far.errors.contains("past the last record"))
        let other = await scratch.run(
            "tail", "--after", "2", "--after-id", "01890a5d-ac96-774b-bcce-b302099a8057")
        #expect(other.status == .unusable && other.errors.contains("another record"))
        for wrong in [["--after", "1.x"], ["--after-id", "x"], ["--user", ""]] {
            let run = await Scratch.run(["--ledger", scratch.ledger, "tail"] + wrong)
            #expect(run.status == .unusable, "\(wrong)")
        }
    }

    @Test("A wish to stop ends tail with 0 where it is caught up, else with the place to go on")
    func stopping() async throws {
        let scratch = try await Story.begin()
        let (written, early) = (Written(), Written())
        let caughtUp = await scratch.run("tail") { console in
            let interruption = console.interruption
            console.output = TextOutput("output") { bytes in
                written.append(bytes)
                if written.text.contains("caughtUp") { interruption.request() }
            }
        }
        #expect(caughtUp.status == .fine)
        let stopped = await scratch.run("tail") { console in
            let interruption = console.interruption
            console.output = TextOutput("output") { bytes in
                early.append(bytes)
                interruption.request()
            }
        }
        #expect(stopped.status == .stopped)
        #expect(stopped.errors == "account-ledger: Stopped after 1.0. Go on with --after 1.0.\n")
        #expect(early.text.split(separator: "\n").count == 1)
    }
}
