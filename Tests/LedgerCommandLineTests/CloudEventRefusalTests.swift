internal import Foundation
internal import LedgerCommandLine
internal import LedgerDomain
internal import LedgerFormat
internal import Testing

@Suite("Files that no ledger is restored from")
struct CloudEventRefusalTests {
    /// A file of ten lines, and where it goes.
    private struct Scene {
        let scratch: Scratch
        let lines: [String]

        init() async throws {
            let (source, _) = try await Story.everything()
            lines = await source.run("export", "--format", "cloudevents").lines
            scratch = try Scratch()
        }

        /// Imports lines, a record a commit.
        func restore(_ lines: [String]) async throws -> Run {
            let file = try scratch.file("f.jsonl", lines.map { $0 + "\n" }.joined())
            return await scratch.run(
                "import", "--format", "cloudevents", file, "--batch", "1", "--json")
        }

        func head() async -> String? {
            let run = await scratch.run("export", "--format", "cloudevents")
            return run.status == .fine ? run.lines.last?.member("sequence") : nil
        }
    }

    /// A change of a file, what it is refused as, and how many records are restored before it.
    struct Case: CustomTestStringConvertible {
        let testDescription: String
        let code: String
        let line: Int
        let change: @Sendable (inout [String]) -> Void

        init(
            _ description: String, _ code: String, _ line: Int,
            _ change: @escaping @Sendable (inout [String]) -> Void
        ) {
            testDescription = description
            self.code = code
            self.line = line
            self.change = change
        }
    }

    static let cases = [
        Case("a gap", "outOfOrder", 4) { $0.remove(at: 3) },
        Case("two lines in the wrong order", "outOfOrder", 4) { $0.swapAt(3, 4) },
        Case("a line twice", "outOfOrder", 5) { $0.insert($0[3], at: 4) },
        Case("a second first line", "invalidLine", 4) { $0.insert($0[0], at: 3) },
        Case("an edited line", "invalidLine", 4) {
            $0[3] = $0[3].replacing("password changed", with: "password kept")
        },
        Case("a line that is cut off", "invalidLine", 10) { $0[9] = String($0[9].dropLast(20)) },
        Case("a blank line", "invalidLine", 4) { $0.insert("", at: 3) },
        Case("a line of another ledger", "invalidLine", 4) {
            $0[3] = $0[3].replacing("account-ledger:", with: "account-ledger:00")
                .replacing(/:00([0-9a-f]{30})[0-9a-f]{2}"/) { ":00\($0.output.1)\"" }
        },
        Case("an event that is not known", "invalidLine", 4) {
            $0[3] = $0[3].replacing("grant-expired.v1\"", with: "grant-expired.v9\"")
        },
        Case("an unknown attribute", "invalidLine", 4) {
            $0[3] = $0[3].replacing(#"{"spec"#, with: #"{"traceparent":"x","spec"#)
        },
        Case("no first line", "noHeader", 1) { $0.removeFirst() },
        Case("nothing", "noHeader", 0) { $0 = [] },
        Case("lines of records", "invalidLine", 1) { $0 = [#"{"position":1}"#] },
    ]

    @Test("the line and the reason are named, and what is before it is there", arguments: cases)
    func refused(_ wrong: Case) async throws {
        let scene = try await Scene()
        var lines = scene.lines
        wrong.change(&lines)
        let run = try await scene.restore(lines)
        #expect(run.status == .unusable)
        #expect(run.output.contains("\"code\":\"\(wrong.code)\""), "\(run.output)")
        if wrong.line > 0 { #expect(run.output.contains("Line \(wrong.line)"), "\(run.output)") }
        guard wrong.line > 1 else { return #expect(!scene.scratch.exists("ledger")) }
        let restored = wrong.line - 2
        #expect(await scene.head()?.hasSuffix("\(restored)") == true, "\(run.output)")
        #expect(await scene.scratch.run("verify").status == .fine)
        let mended = try await scene.restore(scene.lines)
        #expect(mended.status == .fine)
    }

    /// Puts the link of a state behind the others once more, as a line of the same ledger.
    private func append(
        to lines: [String], _ change: (inout EventRecord) -> Void
    ) throws -> [String] {
        let read = try CloudEventReader().decode(Array(lines[5].utf8))
        guard case .record(let stored) = read.content else { return [] }
        var record = stored.record
        record.position = Position(UInt64(lines.count))
        record.recordedAt = try #require(Timestamp(rfc3339: "2026-01-06T00:00:00Z"))
        record.id = EventID(at: record.recordedAt, random: Array(repeating: 1, count: 16))
        record.idempotencyKey = nil
        change(&record)
        let bytes = try RecordCodec.encode(record)
        let line = CloudEventLine(ledger: read.ledger).json(StoredRecord(record, bytes))
        return lines + [line.serialized]
    }

    @Test("a record that no log can have behind the others is refused with its position")
    func impossible() async throws {
        let scene = try await Scene()
        let wrong = try [
            ("cannotFollow", append(to: scene.lines) { _ in }),
            (
                "cannotFollow",
                append(to: scene.lines) {
                    $0.event = .labelChanged(LabelChanged(credential: "cred_x", label: nil))
                    $0.fingerprint = nil
                }
            ),
            (
                "impossible",
                append(to: scene.lines) {
                    $0.recordedAt = Timestamp(microsecondsSinceEpoch: 0)
                }
            ),
            (
                "impossible",
                append(to: scene.lines) { $0.recordedAt = $0.recordedAt.adding(seconds: 5) }
            ),
            ("incomplete", append(to: scene.lines) { $0.part = CommandPart(index: 0, count: 2) }),
            ("impossible", append(to: scene.lines) { $0.part = CommandPart(index: 1, count: 2) }),
        ]
        for (code, lines) in wrong {
            let run = try await scene.restore(lines)
            #expect(run.status == .unusable)
            #expect(run.output.contains("\"code\":\"\(code)\""), "\(run.output)")
            #expect(run.output.contains("osition 10"), "\(run.output)")
            #expect(await scene.head()?.hasSuffix("9") == true)
            #expect(await scene.scratch.run("verify").status == .fine)
        }
    }

    @Test("a directory with another ledger, or with other records, stays as it is")
    func others() async throws {
        let scene = try await Scene()
        await scene.scratch.run("create")
        let bytes = try scene.scratch.bytes("ledger/data.mdb")
        let other = try await scene.restore(scene.lines)
        #expect(other.output.contains("\"code\":\"otherLedger\""), "\(other.output)")
        #expect(try scene.scratch.bytes("ledger/data.mdb") == bytes)

        let twin = try await Scene()
        #expect(try await twin.restore(Array(twin.lines.prefix(4))).status == .fine)
        await twin.scratch.run("expire", "--grant", "g-1", "--now", "2026-02-01T00:00:00Z")
        let before = try twin.scratch.bytes("ledger/data.mdb")
        let differs = try await twin.restore(twin.lines)
        #expect(differs.status == .unusable)
        #expect(differs.output.contains("\"code\":\"differs\""), "\(differs.output)")
        #expect(differs.output.contains("position 4"))
        #expect(try twin.scratch.bytes("ledger/data.mdb") == before)
    }

    @Test("an export of a part or of one user restores nothing")
    func parts() async throws {
        let (source, _) = try await Story.everything()
        for arguments in [["--from", "2"], ["--user", "ada"]] {
            let base = ["--ledger", source.ledger, "export", "--format", "cloudevents"]
            let lines = await Scratch.run(base + arguments).lines
            let scene = try await Scene()
            let run = try await scene.restore(lines)
            #expect(run.output.contains("\"code\":\"noHeader\""), "\(run.output)")
            #expect(!scene.scratch.exists("ledger"))
        }
    }
}
