internal import Foundation
internal import LedgerDomain
internal import Testing

@testable internal import LedgerCommandLine

@Suite("Pieces of what people read")
struct RenderingTests {
    @Test(
        "a time is shown to the second, with the offset of its zone",
        arguments: [
            (0, "2026-11-21 06:33:03Z"), (3600, "2026-11-21 07:33:03+01:00"),
            (-12_600, "2026-11-21 03:03:03-03:30"), (50_400, "2026-11-21 20:33:03+14:00"),
        ])
    func time(offset: Int, text: String) throws {
        let zone = try #require(TimeZone(secondsFromGMT: offset))
        let time = try #require(Timestamp(rfc3339: "2026-11-21T06:33:03.999999Z"))
        #expect(TimeText(zone: zone).text(time) == text)
    }

    @Test("the offset of a time is that of its own season")
    func seasons() throws {
        let times = TimeText(zone: try #require(TimeZone(identifier: "Europe/Berlin")))
        let winter = try #require(Timestamp(rfc3339: "2026-01-01T00:00:00Z"))
        let summer = try #require(Timestamp(rfc3339: "2026-07-01T00:00:00Z"))
        #expect(times.text(winter) == "2026-01-01 01:00:00+01:00")
        #expect(times.text(summer) == "2026-07-01 02:00:00+02:00")
    }

    @Test("columns are aligned by what a terminal shows, and lines end with their text")
    func table() {
        var table = Table(["A", "B", "C"])
        table.add([.init("仕事"), .init("zoë"), .init("")])
        table.add([.init("x"), .init(nil), .init("end")])
        #expect(table.text(Style(isOn: false)) == "A     B    C\n仕事  zoë\nx     -    end\n")
    }

    @Test("a share of nothing is no share")
    func share() {
        #expect(Progress.share(0, of: 0, "rows") == "0 rows")
        #expect(Progress.share(1, of: 3, "rows") == "1 of 3 rows (33 %)")
        #expect(Progress.share(.max, of: .max, "rows").hasSuffix("(100 %)"))
    }

    @Test("every refusal has a sentence of its own", arguments: refusals)
    func refusal(refusal: Refusal) {
        let sentence = RefusalText.sentence(refusal)
        #expect(sentence.hasSuffix("."))
        #expect(sentence != refusal.name)
    }

    static let refusals: [Refusal] = [
        .invalid(field: "label", reason: "is empty"), .invalid(field: "line", reason: "is blank"),
        .idempotencyKeyReused(field: "grant"), .versionConflict(current: UserVersion(7)),
        .unknownState, .stateAlreadyUsed, .stateExpired(at: Timestamp(microsecondsSinceEpoch: 0)),
        .toolkitMismatch(toolkit: "t"), .unknownCredential, .unknownGrant, .credentialRevoked("c"),
        .accountMismatch("c"), .grantAlreadyLinked("c"), .grantAlreadyLinked(nil),
        .accountAlreadyLinked("c"), .accountAlreadyLinked(nil), .alreadyConnected("c"),
        .accountLimitReached(limit: 2), .labelTaken(by: "c"), .notUsable("c", status: .expired),
    ]
}

@Suite("Cutting bytes into lines")
struct LineSplitterTests {
    @Test("lines are the same however their bytes are cut", arguments: 1...12)
    func cuts(length: Int) {
        let bytes = Array("one\n\ntoo long\nfour\nlast".utf8)
        var splitter = LineSplitter(maximumLength: 5)
        var lines: [LineSplitter.Line] = []
        for start in stride(from: 0, to: bytes.count, by: length) {
            lines += splitter.push(Array(bytes[start..<min(start + length, bytes.count)]))
        }
        if let last = splitter.finish() { lines.append(last) }
        let expected = ["one", "", nil, "four", "last"].map { text -> LineSplitter.Line in
            text.map { .bytes(Array($0.utf8)) } ?? .tooLong
        }
        #expect(lines == expected)
    }

    @Test("a line of exactly the most bytes is a line, one byte more is not")
    func bounds() {
        var splitter = LineSplitter(maximumLength: 3)
        #expect(splitter.push(Array("abc\nabcd\n".utf8)) == [.bytes(Array("abc".utf8)), .tooLong])
        #expect(splitter.finish() == nil)
        #expect(splitter.push(Array("abcd".utf8)).isEmpty)
        #expect(splitter.finish() == .tooLong)
    }
}
