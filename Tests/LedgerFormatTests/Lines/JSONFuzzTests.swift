internal import Foundation
internal import LedgerFormat
internal import Testing

@Suite("JSON nobody wrote by hand")
struct JSONFuzzTests {
    @Test(
        "Damaged JSON is read or refused, and what is read is written the same",
        arguments: Seeds.all)
    func mutations(seed: UInt64) throws {
        var random = Random(seed: seed)
        let lines = try PackageFiles.lines("schemas/examples/commands.jsonl")
        for _ in 0..<3000 {
            let bytes = mutated(random.pick(lines), &random)
            do {
                let written = try JSONParser.parse(bytes).serialized
                let again = try JSONParser.parse(Array(written.utf8)).serialized
                #expect(again.utf8.elementsEqual(written.utf8))
            } catch {
                #expect((0...bytes.count).contains(error.offset))
            }
        }
    }

    @Test(
        "What we read, Foundation reads too, and random bytes are no exception",
        arguments: Seeds.all)
    func againstFoundation(seed: UInt64) throws {
        var random = Random(seed: seed)
        let alphabet = Array("{}[]\",:\\u0019eE+-.tfn \u{E9}d8a".utf8)
        var accepted = 0
        for _ in 0..<20_000 {
            let bytes = (0..<Int.random(in: 1...8, using: &random)).map { _ in random.pick(alphabet)
            }
            guard (try? JSONParser.parse(bytes)) != nil else { continue }
            accepted += 1
            let text = String(decoding: bytes, as: UTF8.self)
            #expect(throws: Never.self, "\(text)") {
                try JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
            }
        }
        #expect(accepted > 0)
    }

    @Test("Every character survives being written and read")
    func characters() throws {
        for value in UInt32(0)...0x10FFFF where value < 0x3000 || value % 257 == 0 {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let bytes = Array(JSONValue.string(String(scalar)).serialized.utf8)
            guard case .string(let text) = try JSONParser.parse(bytes) else {
                Issue.record("U+\(String(value, radix: 16)) is no string")
                continue
            }
            #expect(Array(text.unicodeScalars) == [scalar])
        }
    }
}
