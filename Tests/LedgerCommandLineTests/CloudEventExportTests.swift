internal import Foundation
internal import LedgerCommandLine
internal import Testing

@Suite("Exporting as CloudEvents")
struct CloudEventExportTests {
    @Test("every line fits the schema, and the package of the CloudEvents project accepts it")
    func accepted() async throws {
        let (scratch, _) = try await Story.everything()
        let run = await scratch.run("export", "--format", "cloudevents")
        #expect(run.status == .fine)
        #expect(run.lines.count == 10)
        let types = Set(run.lines.compactMap { $0.member("type") })
        #expect(types.count == 7)
        let file = try scratch.file("lines.jsonl", run.output)
        let schema = repository + "/schemas/cloudevents/event.json"
        let fit = try Script.run("validate-schemas", [schema, file])
        #expect(fit.status == 0, "\(fit.output)")
        let accepted = try Script.run("validate-cloudevents", [file])
        #expect(accepted.status == 0, "\(accepted.output)")
        let wrong = run.output.replacing(#""specversion":"1.0""#, with: #""specversion":"0.1""#)
        let other = try scratch.file("wrong.jsonl", wrong)
        #expect(try Script.run("validate-cloudevents", [other]).status == 1)
    }

    @Test("the events are the records that export writes otherwise, in the same order")
    func sameRecords() async throws {
        let (scratch, _) = try await Story.everything()
        let records = await scratch.run("export").lines
        #expect(await scratch.run("export", "--format", "records").lines == records)
        let events = await scratch.run("export", "--format", "cloudevents").lines
        #expect(events.count == records.count + 1)
        for (event, record) in zip(events.dropFirst(), records) {
            #expect(event.member("id") == record.member("id"))
            #expect(event.member("recordedtime") == record.member("recordedAt"))
            #expect(event.member("type") == record.member("type").map { "accountledger." + $0 })
            let data = [event, record].map { $0.split(separator: #""data":"#).last }
            #expect(data[0] == data[1])
        }
    }

    @Test("a range begins and ends with a position or a time, and only the whole has a first line")
    func ranges() async throws {
        let (scratch, _) = try await Story.everything()
        let lines = await scratch.run("export", "--format", "cloudevents").lines
        func export(_ arguments: String...) async -> [String] {
            let base = ["--ledger", scratch.ledger, "export", "--format", "cloudevents"]
            return await Scratch.run(base + arguments).lines
        }
        #expect(await export("--from", "1") == lines)
        #expect(await export("--from", "2") == Array(lines[2...]))
        #expect(await export("--from", "2", "--to", "3") == Array(lines[2...3]))
        #expect(await export("--to", "3") == Array(lines[...3]))
        #expect(await export("--from", "2026-01-01T00:00:00Z") == lines)
        #expect(await export("--from", "2026-01-01T00:00:00.000001Z") == Array(lines[2...]))
        #expect(await export("--from", "2026-01-02T00:00:00Z") == Array(lines[2...]))
        #expect(await export("--to", "2026-01-02T00:00:00Z") == Array(lines[...2]))
        #expect(await export("--to", "2026-01-01T23:59:59.999999Z") == Array(lines[...1]))
        #expect(await export("--from", "2027-01-01T00:00:00Z").isEmpty)
        #expect(await export("--user", "ada") == Array(lines[1...]))
        #expect(await export("--user", "bob").isEmpty)
    }

    @Test("a ledger without records says what it is")
    func empty() async throws {
        let scratch = try Scratch()
        await scratch.run("create")
        let lines = await scratch.run("export", "--format", "cloudevents").lines
        #expect(lines.map { $0.member("type") } == ["accountledger.ledger-created.v1"])
        #expect(await scratch.run("export").lines.isEmpty)
    }

    @Test("a stop names the position to go on from, and both parts are the whole")
    func stops() async throws {
        let scratch = try Scratch()
        let rows = (1...2500).map { number in
            #"{"command":"import","user":"u","toolkit":"t","grant":"g\#(number)","provider":"p","#
                + #""account":{"subject":"\#(number)"}}"#
        }
        #expect(await scratch.apply(rows).status == .fine)
        let whole = await scratch.run("export", "--format", "cloudevents").output
        let first = await scratch.run("export", "--format", "cloudevents") { console in
            console.interruption.request()
        }
        #expect(first.status == .stopped)
        #expect(first.errors.contains("Stopped after position 2000. Go on with --from 2001."))
        let rest = await scratch.run("export", "--format", "cloudevents", "--from", "2001")
        #expect(first.output + rest.output == whole)
    }
}
