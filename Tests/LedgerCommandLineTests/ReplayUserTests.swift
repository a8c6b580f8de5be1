internal import AccountLedger
internal import Foundation
internal import LedgerDomain
internal import LedgerTestSupport
internal import Testing

@testable internal import LedgerCommandLine

@Suite("One user's records, one by one")
struct ReplayUserTests {
    @Test("each record is told with what it changed")
    func text() async throws {
        let scratch = try await Story.begin()
        let run = await scratch.run("replay", "--follow-user", "ada", "--as-of", "3")
        #expect(run.status == .fine)
        let last = run.output.withoutChance.components(separatedBy: "\n\n").dropLast().last
        #expect(
            last == """
                3  2026-01-03 00:00:00Z  grant-expired.v1 by platform:nylas
                  grant g-2 expired: password changed
                  credential cred_22222222222222222222222222, status: valid -> expired
                  credential cred_22222222222222222222222222, statusReason: - -> password changed
                  credential cred_22222222222222222222222222, statusChangedAt: \
                2026-01-02T00:00:00.000000Z -> 2026-01-03T00:00:00.000000Z
                  selection gmail, credential: cred_22222222222222222222222222 -> \
                cred_11111111111111111111111111
                  selection gmail, because: mostRecentlyConnected -> onlyUsable
                  selection gmail, passedOver: cred_11111111111111111111111111 older -> \
                cred_22222222222222222222222222 expired
                """)
    }

    @Test("programs get a line for each record, the record as export writes it")
    func lines() async throws {
        let scratch = try await Story.begin()
        let run = await scratch.run("replay", "--follow-user", "ada", "--json")
        let records = await scratch.run("export").lines
        #expect(run.lines.count == 3)
        for (line, record) in zip(run.lines, records) {
            #expect(line.hasPrefix(#"{"record":\#(record),"changes":[{"kind":"credential","#))
        }
    }

    @Test("with --follow a record that comes later is told too, until somebody stops it")
    func follow() async throws {
        let scratch = try Scratch()
        let ledger = try Ledger.open(at: scratch.ledger)
        defer { ledger.close() }
        let grant = ImportGrant(
            user: "ada", toolkit: "gmail", grant: "g-1",
            account: ProviderAccount(provider: "google", subject: "1"), source: "test")
        _ = try await ledger.importGrants([grant])
        let (output, errors) = (Written(), Written())
        let console = Console(
            input: { _ in [] }, output: TextOutput("output") { bytes in output.append(bytes) },
            errors: TextOutput("errors") { bytes in errors.append(bytes) }, timeZone: .gmt)
        let text = StepText(times: TimeText(zone: .gmt), style: Style(isOn: false))
        let stream = UserStream(ledger: ledger, console: console, isJSON: true, text: text)
        async let end = failure(of: stream)
        let count = { output.text.split(separator: "\n").count }
        #expect(await eventually { count() == 1 })
        _ = try await ledger.issueState(IssueState(user: "ben", toolkit: "gmail")).get()
        let credential = try #require(try ledger.accounts(of: "ada").first?.id)
        _ = try await ledger.revoke(.credential(credential)).get()
        #expect(await eventually { count() == 2 })
        #expect(output.text.contains(#""type":"grant-revoked.v1""#))
        console.interruption.request()
        let failure = await end
        #expect(failure?.status == .stopped)
        #expect(failure?.message.contains("after position 3") == true)
    }

    private func failure(of stream: UserStream) async -> CommandFailure? {
        do {
            _ = try await stream.run("ada", through: nil)
            return nil
        } catch {
            return error
        }
    }

    @Test("a user without records has none")
    func nobody() async throws {
        let scratch = try await Story.begin()
        let stream = await scratch.run("replay", "--follow-user", "eve")
        #expect(stream.status == .fine)
        #expect(stream.output.isEmpty)
        let watch = await scratch.run("replay", "--watch", "--user", "eve")
        #expect(watch.output == "Nothing happened.\n")
    }

    @Test("watching without a terminal prints every step, with the view before and after")
    func watch() async throws {
        let scratch = try await Story.begin()
        let run = await scratch.run("replay", "--watch", "--user", "ada")
        #expect(run.status == .fine)
        let heads = run.lines.filter { ["Step", "Befo", "Afte"].contains($0.prefix(4)) }
        #expect(heads == (1...3).flatMap { ["Step \($0) of 3", "Before", "After"] })
        let steps = run.output.components(separatedBy: "Step ")
        #expect(steps[1].contains("Before\n  No accounts.\n"))
        let last = steps[3].components(separatedBy: "After\n")
        let accounts = await scratch.run("accounts", "--user", "ada").output
        #expect(last[1].hasPrefix(accounts))
        #expect(last[1].contains("passed over"))
        #expect(!last[0].contains("expired: password changed  "))
    }

    @Test("on a terminal keys lead on, back, to a position and out")
    func keys() async throws {
        let scratch = try await Story.begin()
        let keys = [" ", "b", "\u{1B}[C", "99", "\n", "g", "2\u{7F}3\r", "n", "q"]
        let shown = await Scratch.run(
            ["--ledger", scratch.ledger, "replay", "--watch", "--user", "ada"],
            input: keys.map { Array($0.utf8) }
        ) { console in
            console.isOutputTerminal = true
            console.takeKeys = { nil }
        }
        #expect(shown.status == .fine)
        let heads = shown.output.matches(of: /Step (\d) of 3/).map { String($0.output.1) }
        #expect(heads == ["1", "2", "1", "2", "2", "3", "1", "3", "3"])
        #expect(shown.output.contains("Go to position: 99"))
    }

    @Test("control-D, the end of the keys and a signal end it")
    func ends() async throws {
        let scratch = try await Story.begin()
        for (keys, isStopped) in [([[0x04]], false), ([], false), ([], true)] as [([[UInt8]], Bool)]
        {
            let run = await Scratch.run(
                ["--ledger", scratch.ledger, "replay", "--watch", "--user", "ada"], input: keys
            ) { console in
                console.isOutputTerminal = true
                console.takeKeys = { nil }
                if isStopped { console.interruption.request() }
            }
            #expect(run.status == (isStopped ? .stopped : .fine))
        }
    }

    @Test("a key that means nothing leads nowhere, and the ends of a history are ends")
    func place() {
        var place = WatchPlace([Position(3), Position(7), Position(9)])
        let nowhere = WatchKey.keys(Array("x?\u{1B}[Z".utf8)).isEmpty
        #expect(nowhere)
        for (keys, index) in [
            ([.back], 0), ([.last, .next], 2), ([.digit(8), .enter], 1), ([.digit(1), .enter], 0),
            ([.digit(3), .erase, .enter], 1),
        ] as [([WatchKey], Int)] {
            let goesOn = place.follow(keys)
            #expect(goesOn)
            #expect(place.index == index, "\(keys)")
        }
    }

    @Test("the users of a range are the same, whether it is read or every index is looked at")
    func users() async throws {
        let scratch = try Scratch()
        let lines = (0..<30).map { number in
            #"{"command":"issueState","user":"u\#(number % 7)","toolkit":"t"}"#
        }
        _ = await scratch.apply(lines)
        let ledger = try Ledger.open(at: scratch.ledger, options: LedgerOptions(access: .readOnly))
        defer { ledger.close() }
        for (first, last) in [(0, 30), (3, 6), (29, 30), (5, 5)] as [(UInt64, UInt64)] {
            var found: [[UserID]] = []
            for shortRange in [0, 100] as [UInt64] {
                var users = try ChangedUsers(
                    ledger, after: Position(first), through: Position(last),
                    shortRange: shortRange)
                var all: [UserID] = []
                while let page = try users.next() { all += page }
                found.append(all)
            }
            let expected = Set((first..<last).map { UserID("u\($0 % 7)") }).sorted()
            #expect(found == [expected, expected])
        }
    }
}
