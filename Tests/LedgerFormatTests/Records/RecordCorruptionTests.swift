internal import LedgerDomain
internal import LedgerFormat
internal import Testing

@Suite("Corrupt records")
struct RecordCorruptionTests {
    /// Of longer records only the beginning is flipped; those of the samples are shorter.
    private static let longestFlipped = 500

    /// Decodes what should be corrupt; a success has to be a record whose bytes these are.
    private func decodeCorrupt(_ bytes: [UInt8]) throws -> FormatError? {
        do {
            let record = try RecordCodec.decode(bytes)
            #expect(try RecordCodec.encode(record) == bytes)
            return nil
        } catch {
            return error
        }
    }

    @Test("A record cut off at any byte is recognized as cut off", arguments: Seeds.all)
    func truncation(seed: UInt64) throws {
        var random = Random(seed: seed)
        for record in random.records() + Samples.records() {
            let bytes = try RecordCodec.encode(record)
            for length in bytes.indices {
                #expect(throws: FormatError(.truncated), "after \(length) bytes") {
                    try RecordCodec.decode(Array(bytes[..<length]))
                }
            }
        }
    }

    @Test("Bytes after a record are refused, whatever they are", arguments: Seeds.all)
    func trailingBytes(seed: UInt64) throws {
        var random = Random(seed: seed)
        for record in random.records() {
            let bytes = try RecordCodec.encode(record)
            for last in UInt8.min...UInt8.max {
                #expect(throws: FormatError(.trailingBytes)) {
                    try RecordCodec.decode(bytes + [last])
                }
            }
            #expect(throws: FormatError(.trailingBytes)) { try RecordCodec.decode(bytes + bytes) }
        }
    }

    @Test(
        "A flipped bit is an error or another record with exactly these bytes",
        arguments: Seeds.all.suffix(1))
    func bitFlips(seed: UInt64) throws {
        var random = Random(seed: seed)
        var errors = 0
        for record in Samples.records() + random.records() {
            var bytes = try RecordCodec.encode(record)
            for bit in 0..<min(bytes.count, Self.longestFlipped) * 8 {
                bytes[bit / 8] ^= 1 << UInt8(bit % 8)
                if try decodeCorrupt(bytes) != nil {
                    errors += 1
                } else {
                    #expect(try RecordCodec.decode(bytes) != record)
                }
                bytes[bit / 8] ^= 1 << UInt8(bit % 8)
            }
        }
        #expect(errors > 0)
    }

    @Test("Random damage is an error or a record with exactly these bytes", arguments: Seeds.all)
    func mutations(seed: UInt64) throws {
        var random = Random(seed: seed)
        for record in random.records() {
            let bytes = try RecordCodec.encode(record)
            for _ in 0..<300 { _ = try decodeCorrupt(mutated(bytes, &random)) }
        }
    }

    @Test("Random bytes are an error", arguments: Seeds.all)
    func randomBytes(seed: UInt64) throws {
        var random = Random(seed: seed)
        for _ in 0..<2000 {
            let count = Int.random(in: 0...64, using: &random)
            #expect(throws: FormatError.self) { try RecordCodec.decode(random.bytes(count)) }
        }
    }
}
