internal import Foundation
internal import LedgerDomain
internal import Testing

@Suite("Values of the domain in JSON")
struct CodableTests {
    private struct Row: Codable, Equatable {
        var user: UserID
        var credential: CredentialID?
        var position: Position
        var version: UserVersion
        var seen: Timestamp
    }

    private func json(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    private func read<Value: Decodable>(_ type: Value.Type, _ text: String) throws -> Value {
        try JSONDecoder().decode(type, from: Data(text.utf8))
    }

    @Test("are single texts and numbers, and come back")
    func rows() throws {
        let row = Row(
            user: "zo\u{EB}", credential: "cred_1", position: Position(.max),
            version: UserVersion(0), seen: Timestamp(microsecondsSinceEpoch: -1))
        let text = try json(row)
        #expect(
            text == #"{"credential":"cred_1","position":18446744073709551615,"#
                + #""seen":"1969-12-31T23:59:59.999999Z","user":"zoë","version":0}"#)
        #expect(try read(Row.self, text) == row)
    }

    @Test("keep the bytes of identifiers, and are not checked against the limits of fields")
    func identifiers() throws {
        for text in ["zo\u{EB}", "zoe\u{308}", "", "a\nb", String(repeating: "x", count: 300)] {
            let id = UserID(text)
            #expect(try read([UserID].self, try json([id])) == [id])
        }
        #expect(throws: DecodingError.self) { try read([UserID].self, "[7]") }
        #expect(throws: DecodingError.self) { try read([Position].self, "[-1]") }
        #expect(throws: DecodingError.self) { try read([UserVersion].self, #"["1"]"#) }
    }

    @Test("keep identifiers apart that are one text to Swift, as keys of a dictionary too")
    func dictionaries() throws {
        let pins: [ToolkitID: CredentialID] = ["zo\u{EB}": "cred_1", "zoe\u{308}": "cred_2"]
        #expect(try read([ToolkitID: CredentialID].self, try json(pins)) == pins)
    }

    @Test("have times in RFC 3339, with any offset when read")
    func times() throws {
        let times = try read([Timestamp].self, #"["2026-01-02T05:04:05.6+02:00"]"#)
        #expect(try json(times) == #"["2026-01-02T03:04:05.600000Z"]"#)
        for text in [#"["2026-01-02"]"#, "[0]", #"["2026-01-02T03:04:60Z"]"#] {
            #expect(throws: DecodingError.self) { try read([Timestamp].self, text) }
        }
        #expect(throws: EncodingError.self) {
            try json([Timestamp(microsecondsSinceEpoch: .max)])
        }
    }
}
