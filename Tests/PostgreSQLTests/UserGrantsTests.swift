internal import AccountLedger
internal import Foundation
internal import LedgerCommandLine
internal import Synchronization
internal import Testing

/// The table that teams keep by hand, out of the database that they keep it in.
@Suite("A table of a real PostgreSQL server is imported as it stands", .serialized)
struct UserGrantsTests {
    /// Awkward in every column that may be: quotes, commas, lines, scripts, the ends of time.
    private static let rows = """
        CREATE TABLE IF NOT EXISTS user_grants (
          id BIGSERIAL PRIMARY KEY, user_id BIGINT NOT NULL, grant_id TEXT NOT NULL UNIQUE,
          provider TEXT NOT NULL, email TEXT NOT NULL, label TEXT,
          created_at TIMESTAMPTZ NOT NULL DEFAULT now());
        TRUNCATE user_grants;
        INSERT INTO user_grants (user_id, grant_id, provider, email, label, created_at) VALUES
          (7, 'plain', 'google', 'a@example.com', 'Work',
             '2025-03-04 09:12:33.123456+00'),
          (7, 'null-label', 'google', 'b@example.com', NULL,
             '2025-03-04 09:12:33.000001+00'),
          (7, 'quotes', 'google', 'c@example.com', 'the "big" one',
             '2025-07-01 00:00:00+00'),
          (7, 'commas', 'google', 'd@example.com', 'one, two, "three"',
             '2025-07-01 00:00:00.5+00'),
          (7, 'lines', 'google', 'e@example.com', E'first\\nsecond\\r\\nthird',
             '2000-02-29 23:59:59+00'),
          (7, 'scripts', 'google', 'ünï@example.com', 'Büro 東京 🏢',
             '1999-12-31 23:59:59.999999+00'),
          (7, 'backslash', 'google', 'f@example.com', E'a\\\\b \\\\N \\\\.',
             '2025-10-26 00:30:00+00'),
          (7, 'spaces', 'google', 'g@example.com', '  around  ',
             '2025-10-26 01:30:00+00'),
          (8, ' leading space', 'microsoft', '"quoted"@example.com', '''',
             '1970-01-01 00:00:00+00'),
          (9223372036854775807, 'largest user', 'imap', 'h@example.com', ',',
             '2026-01-01 00:00:00+00');
        """

    private static let zones = ["UTC", "Asia/Kolkata", "America/St_Johns", "Pacific/Chatham"]

    @Test("Every value survives, whatever zone the session shows times in")
    func everyValue() async throws {
        let server = try PostgreSQLServer()
        try server.run(Self.rows)
        for zone in Self.zones {
            let csv = try server.run(
                "SET timezone TO '\(zone)'; COPY user_grants TO STDOUT WITH (FORMAT csv, HEADER);")
            let scratch = try Scratch(csv)
            let first = await scratch.importTable()
            #expect(first == (.fine, "10 imported, 0 unchanged, 0 rejected\n", ""), "\(zone)")
            #expect(try scratch.accounts() == expected(server), "\(zone)")
            let again = await scratch.importTable()
            #expect(again == (.fine, "0 imported, 10 unchanged, 0 rejected\n", ""), "\(zone)")
            #expect(try scratch.accounts() == expected(server), "\(zone)")
        }
    }

    @Test("A row that cannot be taken is told with its line, and the others are imported")
    func rejectedRows() async throws {
        let server = try PostgreSQLServer()
        try server.run(Self.rows)
        try server.run(
            """
            INSERT INTO user_grants (user_id, grant_id, provider, email, label) VALUES
              (10, E'tab\\there', 'google', 'x@example.com', NULL),
              (10, 'other', 'google', 'a@example.com', NULL),
              (10, 'fine', 'google', 'y@example.com', NULL);
            """)
        let csv = try server.run("COPY user_grants TO STDOUT WITH (FORMAT csv, HEADER);")
        let scratch = try Scratch(csv)

        let (status, output, errors) = await scratch.importTable()

        #expect(status == .found)
        #expect(output == "11 imported, 0 unchanged, 2 rejected\n")
        let lines = errors.split(separator: "\n")
        // The header is line 1, and the label of three lines makes two more.
        #expect(lines.first?.hasPrefix("line 14: invalid: grant_id:") == true)
        #expect(lines.last?.hasPrefix("line 15: accountAlreadyLinked:") == true)
    }

    /// What the server says of each row, with the mapping of providers that the import is given.
    private func expected(_ server: PostgreSQLServer) throws -> [Row] {
        let json = try server.run(
            """
            SELECT coalesce(json_agg(json_build_object(
              'user', user_id::text, 'grant', grant_id,
              'toolkit', CASE provider WHEN 'google' THEN 'gmail' ELSE provider END,
              'provider', provider, 'email', email, 'label', label,
              'microseconds', (extract(epoch from created_at) * 1000000)::bigint)
              ORDER BY grant_id COLLATE "C"), '[]') FROM user_grants;
            """)
        return try JSONDecoder().decode([Row].self, from: json)
    }
}

/// A row as both sides tell it.
private struct Row: Decodable, Equatable {
    let user: String
    let grant: String
    let toolkit: String
    let provider: String
    let email: String
    let label: String?
    let microseconds: Int64
}

/// A ledger and a file to import, gone at the end.
private final class Scratch {
    private let path = "/dev/shm/account-ledger-postgresql-\(UUID().uuidString)"

    init(_ csv: Data) throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        try csv.write(to: URL(fileURLWithPath: path + "/user_grants.csv"))
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func importTable() async -> (LedgerCommandLine.ExitStatus, String, String) {
        let (output, errors) = (Sink(), Sink())
        let console = Console(
            input: { _ in [] }, output: output.stream, errors: errors.stream, timeZone: .gmt)
        let status = await Program.run(
            [
                "--ledger", path + "/ledger", "import", "--format", "user-grants-csv",
                path + "/user_grants.csv", "--toolkit", "google=gmail",
            ], on: console)
        return (status, output.text, errors.text)
    }

    func accounts() throws -> [Row] {
        let ledger = try Ledger.open(
            at: path + "/ledger", options: LedgerOptions(access: .readOnly))
        defer { ledger.close() }
        let credentials = try ledger.read { (view) throws(LedgerError) in
            var all: [Credential] = []
            for user in try view.users(limit: 1000) { all += try view.accounts(of: user) }
            return all
        }
        return credentials.sorted { $0.grant < $1.grant }.map { credential in
            Row(
                user: credential.user.text, grant: credential.grant.text,
                toolkit: credential.toolkit.text, provider: credential.account.provider.text,
                email: credential.account.email ?? "", label: credential.label,
                microseconds: credential.firstConnectedAt.microsecondsSinceEpoch)
        }
    }
}

/// Collects what is written.
private final class Sink: Sendable {
    private let bytes = Mutex<[UInt8]>([])

    var stream: TextOutput {
        TextOutput("a test") { [self] new in bytes.withLock { $0 += new } }
    }

    var text: String { String(decoding: bytes.withLock { $0 }, as: UTF8.self) }
}
