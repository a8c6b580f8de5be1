internal import Foundation
internal import LedgerCommandLine
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
        #expect(text.output.contains("undecodable  position 2"))
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
}
