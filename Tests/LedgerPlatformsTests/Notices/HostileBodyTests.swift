internal import LedgerPlatforms
internal import LedgerTestSupport
internal import Testing

@Suite("Hostile bodies")
struct HostileBodyTests {
    private static let indices = Array(Bodies.samples.indices)

    @Test("cut off at any byte are refused", arguments: indices)
    func truncated(index: Int) {
        let sample = Bodies.samples[index]
        for count in sample.bytes.indices {
            #expect(throws: PlatformError.self, "\(sample.name), \(count) bytes") {
                try sample.read(Array(sample.bytes[..<count]))
            }
        }
    }

    @Test(
        "with any bit flipped are read or refused, and never repeat what they hold",
        arguments: indices)
    func flipped(index: Int) {
        let sample = Bodies.samples[index]
        for place in sample.bytes.indices {
            for bit in 0..<8 {
                var bytes = sample.bytes
                bytes[place] ^= 1 << UInt8(bit)
                do { try sample.read(bytes) } catch {
                    let text = "\(error)"
                    #expect(error is PlatformError)
                    #expect(!text.contains("mara@") && !text.contains("never read"))
                }
            }
        }
    }

    @Test("with a value of another type anywhere are read or refused", arguments: indices)
    func otherTypes(index: Int) throws {
        let sample = Bodies.samples[index]
        let text = String(decoding: sample.bytes, as: UTF8.self)
        let values = ["null", "true", "-1", "1e400", "\"\"", "[]", "{}", "\"x\"", "[[[]]]"]
        for match in text.matches(of: /:\s*("[^"]*"|[0-9]+|true|false)/) {
            for value in values {
                let changed = text.replacingCharacters(in: match.output.1, with: value)
                do { try sample.read(Array(changed.utf8)) } catch {
                    #expect(error is PlatformError)
                }
            }
        }
    }

    @Test("too deep, too long, not UTF-8, with a name twice or with something behind are refused")
    func notJSON() {
        let deep = String(repeating: #"{"a":"#, count: 40) + "1" + String(repeating: "}", count: 40)
        let long = #"{"type":"\#(String(repeating: "x", count: 1 << 20))"}"#
        let bodies: [[UInt8]] = [
            [], Array(" ".utf8), Array("null".utf8), Array("7".utf8), Array(deep.utf8),
            Array(long.utf8), [0xFF], [0xEF, 0xBB, 0xBF] + Array("{}".utf8),
            Array(#"{"type":"a","type":"b"}"#.utf8), Array(#"{"type":"a"} {}"#.utf8),
            Array(#"{"type":"\ud800"}"#.utf8),
        ]
        for sample in Bodies.samples {
            for body in bodies {
                #expect(throws: PlatformError.self) { try sample.read(body) }
            }
        }
    }
}

extension String {
    /// The text with a part of it, found in it, replaced.
    func replacingCharacters(in part: Substring, with other: String) -> String {
        String(self[..<part.startIndex]) + other + String(self[part.endIndex...])
    }
}
