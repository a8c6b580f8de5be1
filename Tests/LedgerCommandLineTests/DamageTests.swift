internal import AccountLedger
internal import Foundation
internal import LedgerCommandLine
internal import LedgerDomain
internal import LedgerFormat
internal import LedgerProjections
internal import LedgerStorage
internal import Testing

@Suite("A ledger that was tampered with")
struct DamageTests {
    /// Writes rows behind the ledger's back.
    private func tamper(
        _ scratch: Scratch, _ table: String, key: [UInt8], value: [UInt8]
    ) throws {
        let environment = try Environment.open(
            at: scratch.ledger, tables: [TableDefinition(name: table)])
        defer { environment.close() }
        let table = environment.tables[0]
        try environment.write { (transaction) throws(StorageError) in
            try transaction.put(key: key, value: value, in: table)
        }
    }

    @Test("a record that is not what it was ends verify with 3")
    func record() async throws {
        let scratch = try await Story.begin()
        try tamper(scratch, "events", key: [UInt8](bigEndian: 2), value: [1, 2, 3])
        let text = await scratch.run("verify")
        #expect(text.status == .broken)
        #expect(text.output.contains(#/\nundecodable +position 2/#))
        let json = await scratch.run("verify", "--json")
        #expect(json.status == .broken)
        #expect(json.output.hasPrefix(#"{"version":1,"status":"error","data":{"head":3,"#))
        #expect(json.output.contains(#""kind":"undecodable","position":2"#))
        #expect(await scratch.run("history", "--user", "ada").status == .broken)
        #expect(await scratch.run("export").status == .broken)
    }

    @Test("a row of a view that the log does not imply is a difference")
    func row() async throws {
        let scratch = try await Story.begin()
        try tamper(scratch, "owners", key: Array("cred_x".utf8), value: Array("eve".utf8))
        let rebuild = await scratch.run("rebuild", "--dry-run")
        #expect(rebuild.status == .found)
        #expect(rebuild.output.contains("owners       2     1          0             0"))
        let json = await scratch.run("rebuild", "--dry-run", "--json")
        #expect(json.output.hasPrefix(#"{"version":1,"status":"found","#))
        #expect(await scratch.run("verify").status == .broken)
    }

    @Test(
        "views that say they are elsewhere than the log are told of, and only looked at",
        arguments: [(2, "checkpointBehind"), (4, "checkpointAhead")] as [(UInt64, String)])
    func checkpoint(position: UInt64, kind: String) async throws {
        let scratch = try await Story.begin()
        let bytes = ViewCheckpoint(position: Position(position)).encode()
        try tamper(scratch, "meta", key: Array("checkpoint".utf8), value: bytes)
        let verify = await scratch.run("verify", "--json")
        #expect(verify.status == .broken)
        #expect(verify.output.contains(#""kind":"\#(kind)","position":\#(position),"#))
        for arguments in [["diff"], ["rebuild", "--dry-run"]] {
            let arguments = ["--ledger", scratch.ledger] + arguments
            let text = await Scratch.run(arguments)
            #expect(text.status == .found)
            #expect(text.output.contains("\(kind): the views stand at \(position), the log at 3."))
            #expect(text.output.hasSuffix("Different at position 3.\n"))
            let json = await Scratch.run(arguments + ["--json"])
            #expect(json.status == .found)
            #expect(json.output.hasPrefix(#"{"version":1,"status":"found","#))
            #expect(json.output.contains(#""diagnostics":[{"code":"\#(kind)""#))
        }
        #expect(await scratch.run("accounts", "--user", "ada").status == .broken)
    }

    @Test("doctor tells of projections that are not of the log, and of what is well beside them")
    func projections() async throws {
        let ledger = try await DamagedLedger()
        let well = await Scratch.run(["--ledger", ledger.path, "doctor"])
        #expect(well.status == .fine)
        #expect(well.output.contains("2 of 2 have begun, at most 0 records behind"))
        #expect(well.output.contains("the ledger takes it from each command"))
        try ledger.setProjection(21, try ledger.decoded(20).id.bytes)
        let ahead = await Scratch.run(["--ledger", ledger.path, "doctor"])
        #expect(ahead.status == .found)
        #expect(ahead.output.contains("projectionAhead"))
        #expect(ahead.output.contains("projections: Rebuild it, or remove \(ledger.projection)"))
    }

    @Test("a reactor that was opened and has taken nothing yet is no finding")
    func unbegunReactor() async throws {
        let scratch = try await Story.begin()
        let ledger = try Ledger.open(at: scratch.ledger)
        try ledger.open(Silent(), from: .beginning).close()
        ledger.close()
        let verify = await scratch.run("verify")
        #expect(verify.status == .fine, "\(verify.output)")
        let doctor = await scratch.run("doctor")
        #expect(doctor.output.contains("1 of 1 have begun, at most 3 records behind"))
    }

    @Test("of a projection that was rebuilt, the rows that are live are looked at")
    func liveSide() async throws {
        let damaged = try await DamagedLedger()
        let ledger = try Ledger.open(at: damaged.path)
        let projection = try ledger.open(AccountUsers())
        try projection.rebuild()
        projection.close()
        ledger.close()
        let verify = ["--ledger", damaged.path, "verify"]
        // What the other rows say is of no concern.
        try damaged.setProjection(21, try damaged.decoded(20).id.bytes)
        #expect(await Scratch.run(verify).status == .fine)
        try damaged.setProjection(21, try damaged.decoded(20).id.bytes, as: "checkpoint~")
        let ahead = await Scratch.run(verify)
        #expect(ahead.status == .broken)
        #expect(ahead.output.contains("projectionAhead"))
    }

    @Test("views of another version are not taken for damaged ones")
    func viewsOfAnotherVersion() async throws {
        let scratch = try await Story.begin()
        let other = ViewCheckpoint(position: Position(3), credentialsVersion: 2)
        try tamper(scratch, "meta", key: Array("checkpoint".utf8), value: other.encode())
        for arguments in [["verify"], ["diff"], ["rebuild", "--dry-run"]] {
            let run = await Scratch.run(["--ledger", scratch.ledger] + arguments)
            #expect(run.status == .unusable)
        }
    }

    /// Reads a row behind the ledger's back.
    private func row(_ scratch: Scratch, _ table: String, prefix: String) throws -> (
        key: [UInt8], value: [UInt8]
    ) {
        let environment = try Environment.open(
            at: scratch.ledger, tables: [TableDefinition(name: table)])
        defer { environment.close() }
        let table = environment.tables[0]
        var found: (key: [UInt8], value: [UInt8])?
        try environment.read { (snapshot) throws(StorageError) in
            try snapshot.scan(table, prefix: Array(prefix.utf8)) {
                (key, value) throws(StorageError) in
                found = ([UInt8](copying: key), [UInt8](copying: value))
                return .stop
            }
        }
        return try #require(found)
    }

    @Test("differences name table, row and field, with what is live and what the log implies")
    func differences() async throws {
        let scratch = try await Story.begin()
        let sound = await scratch.run("diff")
        #expect(sound.status == .fine)
        #expect(sound.output.hasPrefix("Identical: "))
        // The second account's row under the first account's key: every field of it is another.
        let first = try row(scratch, "credentials", prefix: "ada")
        let holder = try row(scratch, "grants", prefix: "g-2")
        try tamper(scratch, "grants", key: Array("g-1".utf8), value: holder.value)
        try tamper(scratch, "owners", key: Array("cred_x".utf8), value: Array("eve".utf8))
        try tamper(scratch, "credentials", key: first.key, value: [1, 2, 3])
        let text = await scratch.run("diff")
        #expect(text.status == .found)
        #expect(text.output.contains("grants       g-1"))
        #expect(text.output.contains("position"))
        #expect(text.output.contains("damagedRow"))
        #expect(text.output.contains("owners: 1 only live, 0 only rebuilt, 0 different"))
        let json = await scratch.run("diff", "--json", "--limit", "1")
        let data = try JSONSerialization.jsonObject(with: Data(json.output.utf8))
        let tables = (data as? [String: Any])?["data"] as? [[String: Any]]
        let grants = try #require(tables?.first { $0["table"] as? String == "grants" })
        #expect(grants["liveDigest"] as? String != grants["rebuiltDigest"] as? String)
        let listed = try #require((grants["differences"] as? [[String: Any]])?.first)
        #expect(listed["kind"] as? String == "different")
        #expect((listed["key"] as? [String: String]) == ["grant": "g-1"])
        #expect((listed["live"] as? [String: Int]) == ["position": 2])
        #expect((listed["rebuilt"] as? [String: Int]) == ["position": 1])
        let users = try #require(tables?.first { $0["table"] as? String == "users" })
        #expect(users["liveDigest"] as? String == users["rebuiltDigest"] as? String)
    }

    @Test("no more rows are listed than asked for, and all are counted")
    func limit() async throws {
        let scratch = try await Story.begin()
        for number in 0..<30 {
            try tamper(scratch, "owners", key: Array("cred_x\(number)".utf8), value: [0x65])
        }
        let few = await scratch.run("diff", "--limit", "3")
        #expect(few.output.split(separator: "\n").filter { $0.hasPrefix("owners  ") }.count == 3)
        #expect(few.output.contains("30 only live, 0 only rebuilt, 0 different; 3 of 30 listed"))
        #expect(await scratch.run("diff", "--limit", "-1").status == .unusable)
    }
}
