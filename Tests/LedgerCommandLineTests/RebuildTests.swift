internal import Foundation
internal import LedgerCommandLine
internal import LedgerStorage
internal import Testing

@Suite("Rebuilding, and rows of projections")
struct RebuildTests {
    /// Reads or changes a row behind the ledger's back.
    private func onRow<R>(
        _ scratch: Scratch, _ name: String,
        _ body: (inout WriteTransaction, Table) throws(StorageError) -> R
    ) throws -> R {
        let environment = try Environment.open(
            at: scratch.ledger, tables: [TableDefinition(name: name)])
        defer { environment.close() }
        let table = environment.tables[0]
        return try environment.write { (transaction) throws(StorageError) in
            try body(&transaction, table)
        }
    }

    /// Gives the first row of a table a value that cannot be read.
    private func changeFirst(_ name: String, in path: String) throws {
        let environment = try Environment.open(at: path, tables: [TableDefinition(name: name)])
        defer { environment.close() }
        let table = environment.tables[0]
        try environment.write { (transaction) throws(StorageError) in
            let key = try transaction.snapshot.firstEntry(in: table)?.key ?? []
            try transaction.put(key: key, value: [7], in: table)
        }
    }

    @Test("rows that differ are put right, told of, and then there is nothing to do")
    func rebuild() async throws {
        let scratch = try await Story.begin()
        try onRow(scratch, "owners") { (transaction, table) throws(StorageError) in
            try transaction.put(key: Array("cred_x".utf8), value: Array("eve".utf8), in: table)
        }
        try onRow(scratch, "credentials") { (transaction, table) throws(StorageError) in
            try transaction.clear(table)
        }
        let run = await scratch.run("rebuild")
        #expect(run.status == .found)
        #expect(
            run.output == """
                TABLE        ROWS  REMOVED  ADDED  CHANGED
                owners       2     1        0      0
                credentials  2     0        2      0
                Put right at position 3.

                """)
        #expect(await scratch.run("verify").status == .fine)
        let again = await scratch.run("rebuild", "views", "--json")
        #expect(again.status == .fine)
        #expect(
            again.output.hasPrefix(
                #"{"version":1,"status":"ok","data":[{"view":"views","position":3,"#
                    + #""movedCheckpoint":false,"tables":["#
            ))
    }

    @Test("a projection is rebuilt by its name, and then every command knows it")
    func projection() async throws {
        let scratch = try await Story.begin()
        #expect(await scratch.run("rebuild", "--dry-run").output.contains("daily") == false)
        let built = await scratch.run("rebuild", "daily-activity", "--max-rate", "100000")
        #expect(built.status == .fine)
        let start = "daily-activity.v1: Rebuilt at position 3, digest "
        let digest = try #require(
            built.output.hasPrefix(start)
                ? built.output.dropFirst(start.count).dropLast(2).description : nil)
        #expect(digest.count == 64)
        #expect(await scratch.run("stat", "--digests").output.contains(digest))
        #expect(await scratch.run("stat", "--json").output.contains(#""view":"daily-activity.v1""#))
        let compared = await scratch.run("rebuild", "--dry-run")
        #expect(compared.output.contains("daily-activity/days      3     0"))
        #expect(compared.status == .fine)
        let diff = await scratch.run("diff")
        #expect(diff.output.hasSuffix("daily-activity.v1: Identical: 5 rows at position 3.\n"))
        let unknown = await scratch.run("diff", "nobody")
        #expect(unknown.status == .unusable)
        #expect(unknown.errors.contains("It has views, account-users, daily-activity;"))
    }

    @Test("a row of a projection that is not what the log implies is shown with its parts")
    func projectionDiff() async throws {
        let scratch = try await Story.begin()
        await scratch.run("rebuild", "account-users")
        try changeFirst("credentials~", in: scratch.ledger + "/projections/account-users.v1")
        let diff = await scratch.run("diff", "account-users", "--json")
        #expect(diff.status == .found)
        #expect(diff.output.contains(#""table":"account-users/credentials","rows":2"#))
        #expect(diff.output.contains(#""live":{"bytes":"07"}"#))
        #expect(diff.output.contains(#""cause":"damagedRow""#))
        #expect(diff.output.contains(#""rebuilt":{"account":{"provider":"google","subject":"#))
        #expect(await scratch.run("rebuild", "account-users").status == .fine)
        #expect(await scratch.run("diff", "account-users").status == .fine)
    }

    @Test("a row that lacks a record's change is known by its version")
    func skipped() async throws {
        let scratch = try await Story.begin()
        let row = try onRow(scratch, "credentials") { (transaction, table) throws(StorageError) in
            try transaction.snapshot.lastEntry(in: table)
        }
        let (key, value) = try #require(row)
        let identifier = String(decoding: key.dropFirst(4), as: UTF8.self)
        await scratch.run(
            "relabel", "--credential", identifier, "--label", "Later", "--now",
            "2026-01-05T00:00:00Z")
        try onRow(scratch, "credentials") { (transaction, table) throws(StorageError) in
            try transaction.put(key: key, value: value, in: table)
        }
        let diff = await scratch.run("diff", "--json")
        #expect(diff.status == .found)
        #expect(diff.output.contains(#""cause":"skippedRecord""#))
    }

    @Test("the rows of a projection are listed as of any moment, and each names its records")
    func rows() async throws {
        let scratch = try await Story.begin()
        let listed = await scratch.run("replay", "--projection", "daily-activity", "--json")
        #expect(listed.lines.count == 5)
        #expect(
            listed.lines.first
                == #"{"table":"days","key":{"day":20454,"toolkit":"gmail"},"#
                + #""value":{"connected":1,"reconnected":0,"expired":0,"revoked":0}}"#)
        let earlier = await scratch.run(
            "replay", "--projection", "daily-activity", "--as-of", "1", "--json")
        #expect(earlier.lines.count == 2)
        let explained = await scratch.run(
            "explain", "--projection", "daily-activity", "--table", "days", "--key", "20456")
        #expect(explained.status == .fine)
        #expect(explained.output.contains("days 20456 gmail"))
        #expect(explained.output.contains("expired: - -> 1"))
        let json = await scratch.run(
            "explain", "--projection", "daily-activity", "--key", "20456", "--json")
        #expect(json.output.contains(#""key":{"day":20456,"toolkit":"gmail"}"#))
        for arguments in [
            ["explain", "--projection", "daily-activity", "--user", "ada"],
            ["explain", "--table", "days", "--user", "ada", "--toolkit", "gmail"],
            ["explain", "--projection", "daily-activity", "--table", "weeks"],
            ["replay", "--projection", "daily-activity", "--user", "ada"],
            ["rebuild", "--dry-run", "--restart"], ["rebuild", "--max-rate", "0"],
            ["rebuild", "--memory-limit", "15M"], ["rebuild", "--memory-limit", "many"],
        ] {
            let run = await Scratch.run(["--ledger", scratch.ledger] + arguments)
            #expect(run.status == .unusable, "\(arguments)")
        }
    }

    @Test("what was put right is told, also where the rows of a projection are another ledger's")
    func partly() async throws {
        let scratch = try await Story.begin()
        let other = try await Story.begin()
        await other.run("rebuild", "account-users")
        try FileManager.default.copyItem(
            atPath: other.ledger + "/projections", toPath: scratch.ledger + "/projections")
        try onRow(scratch, "owners") { (transaction, table) throws(StorageError) in
            try transaction.clear(table)
        }
        let run = await scratch.run("rebuild")
        #expect(run.status == .unusable)
        #expect(run.output.contains("Put right at position 3."))
        #expect(run.errors.contains("were built from another ledger"))
        let again = await scratch.run("rebuild", "--json")
        #expect(again.output.contains(#""status":"error","data":[{"view":"views""#))
        #expect(again.output.contains(#""code":"otherLedger""#))
        #expect(await scratch.run("diff").status == .found)
        #expect(await scratch.run("stat").output.contains("otherLedger"))
    }

    @Test("a rebuild that is stopped says where, ends with 4, and goes on when run again")
    func stopped() async throws {
        let scratch = try await Story.begin()
        for view in ["views", "account-users"] {
            let run = await Scratch.run(["--ledger", scratch.ledger, "rebuild", view]) { console in
                console.interruption.request()
            }
            #expect(run.status == .stopped)
            #expect(run.errors.contains("the live rows of \(view) are as they were"))
            #expect(await scratch.run("rebuild", view, "--memory-limit", "64m").status == .fine)
        }
    }
}
