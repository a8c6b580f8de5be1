internal import Foundation
internal import LedgerCommandLine
internal import Testing

@Suite("Importing a table")
struct ImportTests {
    private static let header = "id,user_id,grant_id,provider,email,label,created_at"

    private static func table(_ rows: String...) -> String {
        ([header] + rows).joined(separator: "\n") + "\n"
    }

    private static func row(_ number: Int, grant: String? = nil, user: String = "u") -> String {
        "\(number),\(user),\(grant ?? "g-\(number)"),google,u\(number)@example.com,,"
            + "2025-03-04 09:12:33.123456+00"
    }

    private let csv = "user-grants-csv"

    @Test("the sample is imported once, and again changes nothing")
    func idempotence() async throws {
        let scratch = try Scratch()
        let sample = repository + "/tools/samples/user_grants.csv"
        let first = await scratch.run(
            "import", "--format", csv, sample, "--toolkit", "google=gmail")
        #expect(first.status == .fine)
        #expect(first.output == "300 imported, 0 unchanged, 0 rejected\n")
        let bytes = try scratch.bytes("ledger/data.mdb")
        let log = await scratch.run("export")
        let second = await scratch.run(
            "import", "--format", csv, sample, "--toolkit", "google=gmail", "--json")
        #expect(second.status == .fine)
        #expect(second.output.contains(#""imported":0,"unchanged":300,"rejected":0"#))
        #expect(await scratch.run("export").output == log.output)
        #expect(!bytes.isEmpty)
    }

    @Test("rows that are rejected are told with line, field and reason, and the others go on")
    func rejects() async throws {
        let scratch = try Scratch()
        let file = try scratch.file(
            "t.csv",
            Self.table(
                Self.row(1), "2,u,g-2,google,u2@example.com,,yesterday", "3,u,g-3,google",
                Self.row(4, grant: "g-1", user: "other"), "5,u,,google,e,,2025-03-04 09:12:33+00",
                Self.row(6)))
        let rejects = scratch.path + "/rejects.jsonl"
        let run = await scratch.run("import", "--format", csv, file, "--rejects", rejects)
        #expect(run.status == .found)
        #expect(run.output == "2 imported, 0 unchanged, 4 rejected\n")
        #expect(
            run.errors.split(separator: "\n").map { $0.prefix(28) } == [
                "line 3: invalid: created_at:", "line 4: invalid: the row has",
                "line 5: grantAlreadyLinked: ", "line 6: invalid: grant_id: i",
            ])
        let lines = String(decoding: try scratch.bytes("rejects.jsonl"), as: UTF8.self)
            .split(separator: "\n")
        #expect(lines.count == 4)
        #expect(
            lines.contains(
                #"{"line":5,"refusal":"grantAlreadyLinked","field":null,"#
                    + #""reason":"A credential of another user holds the grant."}"#))
    }

    @Test("a rejected row is blamed on a column of the table")
    func columns() async throws {
        let scratch = try Scratch()
        let time = "2025-03-04 09:12:33+00"
        let long = String(repeating: "x", count: 256)
        let file = try scratch.file(
            "t.csv",
            Self.table(
                "1,u,g-1,google,,,\(time)", "2,u,g-2,\"\",e,,\(time)",
                "3,\(long),g-3,google,e,,\(time)",
                "4,u,\(long),google,e,,\(time)", "5,u,g-5,google,e,\(long),\(time)",
                "6,u,g-6,google,\"\",,\(time)", "7,u,g-7,mapped,e,,2999-01-01 00:00:00+00",
                "8,u,g-8,\(long),e,,\(time)"))
        let run = await scratch.run(
            "import", "--format", csv, file, "--toolkit", "mapped=gmail")
        #expect(run.output == "0 imported, 0 unchanged, 8 rejected\n")
        let columns = run.errors.split(separator: "\n").map { $0.split(separator: " ")[3] }
        #expect(
            columns == [
                "email:", "provider:", "user_id:", "grant_id:", "label:", "email:", "created_at:",
                "provider:",
            ], "\(run.errors)")
        let wrong = await scratch.run(
            "import", "--format", csv, file, "--toolkit", "google=\(long)")
        #expect(wrong.status == .unusable)
        #expect(wrong.errors.contains("--toolkit"))
    }

    @Test("in strict mode a rejected row undoes its batch, and only that")
    func strict() async throws {
        let scratch = try Scratch()
        let file = try scratch.file(
            "t.csv",
            Self.table(
                Self.row(1), Self.row(2), Self.row(3), Self.row(4, grant: "g-1", user: "other"),
                "5,u,g-5,google,e,,never", Self.row(6), Self.row(7)))
        let run = await scratch.run("import", "--format", csv, file, "--batch", "2", "--strict")
        #expect(run.status == .found)
        #expect(run.output == "3 imported, 0 unchanged, 2 rejected, 2 undone with them\n")
        let rows = await scratch.run("accounts", "--user", "u", "--json")
        #expect(rows.output.contains("g-2"))
        #expect(!rows.output.contains("g-3"))
        #expect(!rows.output.contains("g-6"))
    }

    @Test(
        "a header that is not the table's ends with 2 and makes no ledger",
        arguments: ["", "a,b\n"])
    func header(text: String) async throws {
        let scratch = try Scratch()
        let run = await scratch.run("import", "--format", csv, "-", input: [Array(text.utf8)])
        #expect(run.status == .unusable)
        #expect(run.errors.contains("header"))
        #expect(!scratch.exists("ledger"))
    }

    @Test("a file that is absent ends with 2 and makes no ledger")
    func absent() async throws {
        let scratch = try Scratch()
        let run = await scratch.run("import", "--format", csv, scratch.path + "/none.csv")
        #expect(run.status == .unusable)
        #expect(!scratch.exists("ledger"))
    }

    @Test("a wish to stop ends after the batch in hand, and another run goes on")
    func stops() async throws {
        let scratch = try Scratch()
        let rows = (1...30).map { Self.row($0) }
        let text = ([Self.header] + rows).joined(separator: "\n") + "\n"
        let stopped = await scratch.run(
            "import", "--format", csv, "-", "--batch", "10", input: [Array(text.utf8)]
        ) { console in
            let (read, interruption) = (console.input, console.interruption)
            console.input = { count throws(InputFailure) in
                defer { interruption.request() }
                return try read(count)
            }
        }
        #expect([.stopped].contains(stopped.status))
        #expect(stopped.errors.contains("Run it again"))
        let again = await scratch.run(
            "import", "--format", csv, "-", "--json", input: [Array(text.utf8)])
        #expect(again.status == .fine)
        let accounts = await scratch.run("export")
        #expect(accounts.lines.count == 30)
    }

    @Test("on a simulated ledger an import brings its time")
    func simulated() async throws {
        let scratch = try Scratch()
        await scratch.run("create", "--simulate-clock")
        let text = Array(Self.table(Self.row(1)).utf8)
        let without = await scratch.run("import", "--format", csv, "-", input: [text])
        #expect(without.status == .unusable)
        let with = await scratch.run(
            "import", "--format", csv, "-", "--now", "2026-01-01T00:00:00Z", input: [text])
        #expect(with.status == .fine)
    }
}
