internal import LedgerDomain
internal import LedgerFormat
internal import Testing

@Suite("Records as schemas/events.proto describes them")
struct SchemaTests {
    @Test("The protocol buffer compiler reads every field of a record", arguments: Seeds.all)
    func decode(seed: UInt64) throws {
        let protoc = try Tool.protoc()
        var random = Random(seed: seed)
        for record in random.records() + random.records() + Samples.records() {
            let run = try protoc.run(
                [
                    "--decode", "accountledger.v1.Record", "-I",
                    PackageFiles.path("schemas"), "events.proto",
                ],
                input: try RecordCodec.encode(record))
            try #require(run.status == 0, "\(run.text)")
            #expect(run.text == TextFormat.describe(record))
        }
    }

    @Test("The protocol buffer compiler writes the bytes that we write", arguments: Seeds.all)
    func encode(seed: UInt64) throws {
        let protoc = try Tool.protoc()
        var random = Random(seed: seed)
        for record in random.records() {
            let run = try protoc.run(
                [
                    "--deterministic_output", "--encode", "accountledger.v1.Record", "-I",
                    PackageFiles.path("schemas"), "events.proto",
                ],
                input: Array(TextFormat.describe(record).utf8))
            try #require(run.status == 0, "\(run.text)")
            #expect(run.output == (try RecordCodec.encode(record)))
        }
    }
}
