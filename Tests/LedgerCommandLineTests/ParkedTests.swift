internal import AccountLedger
internal import Foundation
internal import LedgerCommandLine
internal import Testing

/// A reactor that parks everything.
private struct Refusing: Reactor {
    let name = "mailer"
    let handles = Set(EventKind.allCases)
    let ignores: Set<EventKind> = []

    func react(to delivery: Delivery) async throws {
        throw DeliveryFailure.park("no such address")
    }
}

extension Scratch {
    /// A ledger with a reactor that parked a number of records.
    static func withParked(_ count: Int) async throws -> Scratch {
        let scratch = try Scratch()
        let ledger = try Ledger.open(at: scratch.ledger)
        for number in 0..<count {
            _ = try await ledger.issueState(
                IssueState(user: UserID("u\(number)"), toolkit: "gmail"))
        }
        try await ledger.open(Refusing(), from: .beginning).catchUp()
        ledger.close()
        return scratch
    }
}

@Suite("What a reactor could not deliver")
struct ParkedCommandTests {
    private func withoutTimes(_ text: String) -> String {
        text.replacing(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?Z/) { _ in "(time)" }
            .replacing(/[0-9a-f]{8}-[0-9a-f\-]{27}/) { _ in "(id)" }
    }

    @Test("is listed, and exit code 1 says that there is something")
    func list() async throws {
        let scratch = try await Scratch.withParked(1)
        let listed = await scratch.run("parked", "--reactor", "mailer")
        #expect(listed.status == .found)
        #expect(
            withoutTimes(listed.output) == """
                POSITION  EVENT            ATTEMPTS  FIRST FAILED          \
                LAST FAILED           FAILURE
                1         state-issued.v1  1         (time)  (time)  no such address

                """)
        let json = await scratch.run("parked", "list", "--reactor", "mailer", "--json")
        #expect(json.status == .found)
        #expect(
            withoutTimes(json.output) == """
                {"version":1,"status":"found","data":[{"position":1,"id":"(id)",\
                "event":"state-issued.v1","attempts":1,"firstFailedAt":"(time)",\
                "lastFailedAt":"(time)","failure":"no such address","due":false}],\
                "diagnostics":[]}

                """)
    }

    @Test("is marked to be delivered once more, by its position or all at once")
    func retry() async throws {
        let scratch = try await Scratch.withParked(3)
        let one = await scratch.run("parked", "retry", "--reactor", "mailer", "--position", "2")
        #expect(one.status == .fine)
        #expect(one.output == "1 record is to be delivered once more.\n")
        func due() async -> Int {
            await scratch.run("parked", "--reactor", "mailer", "--json").output
                .components(separatedBy: #""due":true"#).count - 1
        }
        #expect(await due() == 1)
        let all = await scratch.run("parked", "retry", "--reactor", "mailer", "--all", "--json")
        #expect(all.output.contains(#""data":{"marked":3}"#))
        #expect(await due() == 3)
    }

    @Test("is given up for good, once")
    func discard() async throws {
        let scratch = try await Scratch.withParked(1)
        let arguments = ["--ledger", scratch.ledger, "parked", "discard", "--reactor", "mailer"]
        let first = await Scratch.run(arguments + ["--position", "1"])
        #expect(first.status == .fine)
        #expect(first.output == "Record 1 is not going to be delivered.\n")
        let again = await Scratch.run(arguments + ["--position", "1"])
        #expect(again.status == .found)
        #expect(again.output.hasPrefix("refused: notParked: "))
        let none = await scratch.run("parked", "--reactor", "mailer")
        #expect(none.status == .fine)
        #expect(none.output == "Nothing is parked.\n")
    }

    @Test("is asked of a reactor that exists, else the names of those are given")
    func unknown() async throws {
        let scratch = try await Scratch.withParked(1)
        for name in ["other", "..", ""] {
            for verb in [["list"], ["retry", "--all"], ["discard", "--position", "1"]] {
                let run = await Scratch.run(
                    ["--ledger", scratch.ledger, "parked"] + verb + ["--reactor", name])
                #expect(run.status == .unusable)
                #expect(run.errors.contains("It has: mailer."), "\(run.errors)")
            }
        }
        let none = try await Story.begin()
        let run = await none.run("parked", "--reactor", "mailer", "--json")
        #expect(run.output.contains(#""code":"unknownReactor""#))
        #expect(!none.exists("ledger/reactors"))
    }

    @Test("is asked for with the reactor's name before or after the verb")
    func order() async throws {
        let scratch = try await Scratch.withParked(1)
        let name = ["--reactor", "mailer"]
        let forms = [["parked"] + name, ["parked", "list"] + name, ["parked"] + name + ["list"]]
        var answers: Set<String> = []
        for form in forms {
            for json in [[], ["--json"]] {
                let before = await Scratch.run(
                    ["--ledger", scratch.ledger] + form + json + ["--utc"])
                #expect(before.status == .found, "\(form): \(before.errors)")
                answers.insert(before.output)
            }
        }
        #expect(answers.count == 2)
        let arguments = ["parked"] + name + ["--json", "discard", "--position", "1"]
        let discarded = await Scratch.run(arguments + ["--ledger", scratch.ledger])
        #expect(discarded.output.contains(#""data":{"discarded":1}"#), "\(discarded.errors)")
    }

    @Test(
        "is not guessed from half a call",
        arguments: [
            ["parked"], ["parked", "retry", "--reactor", "r"],
            ["parked", "discard", "--reactor", "r"],
            ["parked", "retry", "--reactor", "r", "--all", "--position", "1"],
        ])
    func usage(arguments: [String]) async throws {
        let run = await Scratch.run(arguments)
        #expect(run.status == .unusable)
        #expect(run.errors.split(separator: "\n").count == 1, "\(run.errors)")
    }

    @Test("is counted by stat, with how far the reactor is")
    func stat() async throws {
        let scratch = try await Scratch.withParked(2)
        let before = try scratch.bytes("ledger/reactors/mailer/data.mdb")
        let json = await scratch.run("stat", "--json")
        let expected =
            #""reactors":[{"reactor":"mailer","position":2,"behind":0,"parked":2,"failing":null}]"#
        #expect(json.output.contains(expected), "\(json.output)")
        let text = await scratch.run("stat")
        #expect(
            text.output.hasSuffix(
                """

                REACTOR  POSITION  BEHIND  PARKED  FAILING
                mailer   2         0       2       -

                """), "\(text.output)")
        #expect(try scratch.bytes("ledger/reactors/mailer/data.mdb") == before)
    }

    @Test("is not told of a reactor whose files are of something else, and stat goes on")
    func damaged() async throws {
        let scratch = try await Scratch.withParked(1)
        try Data(repeating: 7, count: 9000).write(
            to: URL(fileURLWithPath: scratch.ledger + "/reactors/mailer/data.mdb"))
        let listed = await scratch.run("parked", "--reactor", "mailer")
        #expect(listed.status == .unusable)
        let stat = await scratch.run("stat", "--json")
        #expect(stat.status == .fine)
        #expect(stat.output.contains(#"{"reactor":"mailer","problem":""#))
    }
}
