internal import Foundation
internal import LedgerCommandLine
internal import Testing

@Suite("Importing what platforms say")
struct ImportBodiesTests {
    private static func nylas(
        _ type: String, _ seconds: Int, grant: String = "g-1", code: Int = 0
    ) -> String {
        #"{"type":"\#(type)","id":"w","time":\#(seconds),"data":{"object":{"code":\#(code),"#
            + #""grant_id":"\#(grant)","provider":"google","email":"\#(grant)@example.com","#
            + #""metadata":{"user":"ann"}}}}"#
    }

    private func run(
        _ scratch: Scratch, _ format: String, _ text: String, _ more: String...
    ) async throws -> Run {
        let file = try scratch.file("bodies-\(UUID().uuidString)", text)
        let arguments = ["--ledger", scratch.ledger, "import", "--format", format, file]
        return await Scratch.run(arguments + more)
    }

    private func statuses(_ scratch: Scratch, _ user: String = "ann") async -> [String] {
        let run = await scratch.run("accounts", "--user", user, "--include-revoked", "--json")
        return run.output.matches(of: /"status":"(valid|expired|revoked)"/).map {
            String($0.output.1)
        }
    }

    private static let history = [
        nylas("grant.created", 1_700_000_000), nylas("grant.expired", 1_700_000_100),
        nylas("grant.updated", 1_700_000_200, code: 25027),
    ]

    @Test("webhooks of Nylas in any order, as lines, array or one value, end the same")
    func forms() async throws {
        let lines = Self.history.reversed().joined(separator: "\n")
        let forms = [
            lines, lines + "\n\n", "[" + Self.history.joined(separator: ",") + "]",
            "[\n" + Self.history.reversed().joined(separator: ",\n") + "\n]\n",
        ]
        for form in forms {
            let scratch = try Scratch()
            let first = try await run(scratch, "nylas-webhooks", form, "--user-from", "user")
            #expect(first.status == .fine, "\(first.errors)")
            #expect(await statuses(scratch) == ["valid"])
            let log = await scratch.run("export").output
            let again = try await run(scratch, "nylas-webhooks", form, "--user-from", "user")
            #expect(again.output.hasPrefix("0 applied, 3 unchanged, 0 superseded"))
            #expect(await scratch.run("export").output == log)
        }
    }

    @Test("a grant that was made anew is taken in, wherever the deletion of the first one stands")
    func madeAnew() async throws {
        func body(_ type: String, _ seconds: Int, _ grant: String) -> String {
            Self.nylas(type, seconds, grant: grant)
                .replacingOccurrences(of: "\(grant)@", with: "one@")
        }
        let created = body("grant.created", 1_700_000_000, "g-1")
        let deleted = body("grant.deleted", 1_700_000_010, "g-1")
        let anew = body("grant.created", 1_700_000_020, "g-2")
        for order in [[created, anew, deleted], [deleted, created, anew]] {
            let scratch = try Scratch()
            let found = try await run(
                scratch, "nylas-webhooks", order.joined(separator: "\n"), "--user-from", "user")
            #expect(found.status == .fine, "\(found.errors)")
            #expect(found.output.hasPrefix("3 applied, 0 unchanged"))
            #expect(await statuses(scratch).sorted() == ["revoked", "valid"])
        }
    }

    @Test("what is late is counted as superseded, and what is about other things as ignored")
    func counted() async throws {
        let scratch = try Scratch()
        let bodies = [
            Self.history[0], Self.history[2], Self.history[1], Self.history[1],
            #"{"type":"message.created"}"#,
        ]
        let found = try await run(
            scratch, "nylas-webhooks", bodies.joined(separator: "\n"), "--user-from", "user")
        #expect(found.status == .fine)
        #expect(
            found.output
                == "2 applied, 1 unchanged, 1 superseded, 1 ignored, 0 unattributed, 0 rejected\n")
    }

    @Test("what is not known whose it is, and what is no notice, is told, and the rest goes on")
    func rejected() async throws {
        let scratch = try Scratch()
        let bodies = [
            Self.history[0], "{", #"{"type":"grant.expired","data":{"object":{}}}"#,
            Self.nylas("grant.expired", 1_700_000_000, grant: "g-9"), "7",
        ]
        let rejects = scratch.path + "/rejects.jsonl"
        let text = bodies.joined(separator: "\n")
        let found = try await run(
            scratch, "nylas-webhooks", text, "--user-from", "owner", "--rejects", rejects)
        #expect(found.status == .found)
        #expect(found.output.hasSuffix("0 ignored, 1 unattributed, 4 rejected\n"))
        for part in [
            "line 1: unattributed: g-1 does not tell: user", "line 2: invalid: ",
            "line 3: invalid: data.object.grant_id: ", "line 4: unknownGrant: ",
            "line 5: invalid: ",
        ] {
            #expect(found.errors.contains(part), "\(part)")
        }
        let lines = String(decoding: try scratch.bytes("rejects.jsonl"), as: UTF8.self)
        #expect(lines.split(separator: "\n").count == 5)
        #expect(!(found.errors + lines).contains("example.com"))
    }

    @Test("a listing of Nylas imports grants, and expires them only where its time is told")
    func nylasGrants() async throws {
        let scratch = try Scratch()
        func listing(_ status: String) -> String {
            #"{"data":[{"id":"n-1","provider":"google","email":"a@example.com","#
                + #""grant_status":"\#(status)","created_at":1700000000,"updated_at":1700001000,"#
                + #""metadata":{"user":"ann"}}]}"#
        }
        let user = ["--user-from", "user"]
        _ = try await run(scratch, "nylas-grants", listing("valid"), user[0], user[1])
        #expect(await statuses(scratch) == ["valid"])
        let untimed = try await run(scratch, "nylas-grants", listing("invalid"), user[0], user[1])
        #expect(untimed.output.hasPrefix("0 applied, 1 unchanged"))
        #expect(await statuses(scratch) == ["valid"])
        let old = try await run(
            scratch, "nylas-grants", listing("invalid"), user[0], user[1], "--listed-at",
            "2023-11-14T22:14:00Z")
        #expect(old.output.hasPrefix("0 applied, 0 unchanged, 1 superseded"))
        _ = try await run(
            scratch, "nylas-grants", listing("invalid"), user[0], user[1], "--listed-at",
            "2024-01-01T00:00:00Z")
        #expect(await statuses(scratch) == ["expired"])
    }

    @Test("the answers of Paragon, and notices of Composio and Nango, are taken in too")
    func others() async throws {
        let scratch = try Scratch()
        let paragon =
            #"{"userId":"ann","integrations":{"gmail":{"allCredentials":[{"id":"p-1","#
            + #""providerId":"1","status":"VALID","dateCreated":"2026-01-01T00:00:00Z"},"#
            + #"{"id":"p-2","providerId":"2","status":"PENDING"}]}}}"#
        let first = try await run(scratch, "paragon-user", paragon)
        #expect(first.output.hasPrefix("1 applied, 0 unchanged, 0 superseded, 1 ignored"))
        let composio =
            #"{"id":"m","type":"composio.connected_account.expired","#
            + #""timestamp":"2026-01-02T00:00:00Z","data":{"id":"p-1"}}"#
        _ = try await run(scratch, "composio-webhooks", composio)
        #expect(await statuses(scratch) == ["expired"])
        func nango(_ operation: String, _ success: Bool) -> String {
            #"{"type":"auth","operation":"\#(operation)","success":\#(success),"#
                + #""connectionId":"c","providerConfigKey":"k","provider":"slack","#
                + #""tags":{"user":"bob"}}"#
        }
        let bodies = [
            nango("creation", true), nango("refresh", false), nango("override", true),
            nango("refresh", false), nango("refresh", true),
        ]
        let found = try await run(
            scratch, "nango-webhooks", bodies.joined(separator: "\n"), "--user-from", "user",
            "--subject-from", "grant", "--json")
        #expect(found.status == .fine, "\(found.errors)")
        #expect(found.output.contains(#""applied":5,"unchanged":0,"superseded":0"#))
        #expect(await statuses(scratch, "bob") == ["valid"])
    }

    @Test("bodies without a time keep their order in every form of file")
    func untimed() async throws {
        func nango(_ operation: String, _ success: Bool) -> String {
            #"{"type":"auth","operation":"\#(operation)","success":\#(success),"#
                + #""connectionId":"c","providerConfigKey":"k","provider":"slack","#
                + #""tags":{"user":"bob"}}"#
        }
        let bodies = [
            nango("creation", true), nango("refresh", false), nango("refresh", true),
            nango("refresh", false), nango("refresh", true),
        ]
        let array = "[" + bodies.joined(separator: ",") + "]"
        let (some, rest) = (bodies.prefix(2), bodies.dropFirst(2))
        let arrays = [some, rest].map { "[" + $0.joined(separator: ",") + "]" }
        for form in [array, array + "\n", arrays.joined(separator: "\n") + "\n"] {
            let scratch = try Scratch()
            let found = try await run(
                scratch, "nango-webhooks", form, "--user-from", "user", "--subject-from", "grant")
            #expect(found.output.hasPrefix("5 applied, 0 unchanged, 0 superseded"), "\(form)")
            #expect(await statuses(scratch, "bob") == ["valid"])
        }
    }

    @Test("one value of more than a line's bytes is read, whether or not its line ends")
    func longLine() async throws {
        let space = String(repeating: " ", count: 1 << 20)
        let long = "[" + Self.history.joined(separator: ",") + space + "]"
        for form in [long, long + "\n", long + "\r\n \n"] {
            let found = try await run(
                try Scratch(), "nylas-webhooks", form, "--user-from", "user")
            #expect(found.output.hasPrefix("3 applied, 0 unchanged"), "\(found.errors)")
        }
    }

    @Test("a listed grant that is known by another name of its account is known")
    func otherName() async throws {
        let scratch = try Scratch()
        _ = await scratch.apply([
            #"{"command":"import","user":"ann","toolkit":"google","grant":"n-1","#
                + #""provider":"google","account":{"subject":"1093"}}"#
        ])
        let listing =
            #"{"data":[{"id":"n-1","provider":"google","email":"a@example.com","#
            + #""grant_status":"invalid","metadata":{"user":"ann"}}],"next_cursor":"c"}"#
        let untimed = try await run(scratch, "nylas-grants", listing, "--user-from", "user")
        #expect(untimed.output.hasPrefix("0 applied, 1 unchanged, 0 superseded"))
        #expect(untimed.errors.contains("says that there are more grants"))
        #expect(await statuses(scratch) == ["valid"])
    }

    @Test("--strict is refused, and a file that is no JSON at all imports nothing")
    func misuse() async throws {
        let scratch = try Scratch()
        let strict = try await run(scratch, "nylas-webhooks", "{}", "--strict")
        #expect(strict.status == .unusable)
        let found = try await run(scratch, "nylas-webhooks", "id,user\n1,2\n")
        #expect(found.status == .found)
        #expect(found.output.hasSuffix("2 rejected\n"))
    }

    @Test("bodies that come in pieces of any size are the same bodies")
    func pieces() async throws {
        let text = Array((Self.history.joined(separator: "\n") + "\n").utf8)
        for size in [1, 7, 100, 4096] {
            let scratch = try Scratch()
            let chunks = stride(from: 0, to: text.count, by: size).map {
                Array(text[$0..<min($0 + size, text.count)])
            }
            let run = await scratch.run(
                "import", "--format", "nylas-webhooks", "-", "--user-from", "user", input: chunks)
            #expect(run.output.hasPrefix("3 applied, 0 unchanged"), "\(size): \(run.errors)")
        }
    }
}
