internal import Foundation
internal import LedgerDomain
internal import Testing

@testable internal import LedgerCommandLine

@Suite("Pieces of a report")
struct ReportPieceTests {
    private func time(_ text: String) throws -> Timestamp {
        try #require(Timestamp(rfc3339: text))
    }

    @Test(
        "the line of times names a few round ones, whatever its length",
        arguments: [
            ("2026-01-01T00:00:00Z", "2026-01-01T00:00:00.000003Z"),
            ("2026-01-01T00:00:00Z", "2026-01-01T00:00:00.25Z"),
            ("2026-01-01T00:00:03Z", "2026-01-01T00:00:40Z"),
            ("2026-02-28T23:00:00Z", "2026-03-01T03:00:00Z"),
            ("2024-02-20T00:00:00Z", "2024-03-05T00:00:00Z"),
            ("2025-11-03T09:12:15Z", "2026-02-20T00:30:15Z"),
            ("2019-05-01T00:00:00Z", "2026-02-20T00:00:00Z"),
            ("1969-12-31T20:00:00Z", "1970-01-01T04:00:00Z"),
            ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"),
        ])
    func ticks(first: String, last: String) throws {
        let scale = TimeScale(from: try time(first), to: try time(last))
        #expect((1...7).contains(scale.ticks.count), "\(scale.ticks)")
        let places = scale.ticks.map(\.place)
        #expect(places == places.sorted())
        #expect(Set(scale.ticks.map(\.label)).count == places.count)
        #expect(places.allSatisfy { (100...9900).contains($0.share) })
    }

    @Test("a month is named as a month, and stands where it begins")
    func months() throws {
        let scale = TimeScale(
            from: try time("2025-12-01T00:00:00Z"), to: try time("2026-03-01T00:00:00Z"))
        #expect(scale.ticks.map(\.label) == ["2025-12", "2026-01", "2026-02", "2026-03"])
        #expect(scale.ticks.first?.place.description == "1.50%")
        #expect(scale.last.description == "98.50%")
        #expect(scale.place(try time("2020-01-01T00:00:00Z")) == scale.ticks.first?.place)
    }

    @Test("a single moment has a line")
    func moment() throws {
        let only = try time("2026-01-01T00:00:00Z")
        let scale = TimeScale(from: only, to: only)
        #expect(scale.place(only).share == 150)
    }

    @Test(
        "a word is quoted where a shell would take it for something else",
        arguments: [
            ("ada", "ada"), ("1003", "1003"), ("a b", "'a b'"), ("it's", #"'it'\''s'"#),
            ("$(id)", "'$(id)'"), ("", "''"), ("שלום", "'שלום'"),
            ("a\u{202E}'b\\", #"$'a\U0000202e\'b\\'"#), ("~", "'~'"), ("a=b", "'a=b'"),
        ])
    func shell(word: String, quoted: String) {
        #expect(ShellText.quoted(word) == quoted)
    }

    @Test("markup closes what it opens and escapes what it is given")
    func markup() {
        var page = Markup()
        page.element("p", ["title": "\"<&>'", "class": nil]) { body in
            body.write("a<b>&\u{0}\u{FFFF}")
            body.empty("br")
        }
        #expect(
            page.text
                == "<p title=\"&quot;&lt;&amp;&gt;&#39;\">a&lt;b&gt;&amp;\\0\\u{FFFF}<br/></p>"
        )
    }

    @Test("pieces that are too narrow to be seen are joined, wide ones stay")
    func joined() throws {
        let start = try time("2026-01-01T00:00:00Z")
        let track = ReportTrack(
            scale: TimeScale(from: start, to: start.adding(seconds: 1000)),
            times: TimeText(zone: .gmt))
        func piece(_ kind: String, _ from: Int64, _ to: Int64) -> ReportTrack.Piece {
            ReportTrack.Piece(
                kind: kind, from: track.scale.place(start.adding(seconds: from)),
                to: track.scale.place(start.adding(seconds: to)), words: kind)
        }
        let flapping = (0..<100).map {
            piece($0 % 2 == 0 ? "valid" : "expired", 500 + $0, 501 + $0)
        }
        let found = track.joined(
            [piece("valid", 0, 500)] + flapping + [piece("revoked", 600, 1000)])
        #expect(found.map(\.kind) == ["valid", "mixed", "revoked"])
        #expect(found[1].words == "100 changes in short time")
        #expect(found[1].to == found[2].from)
        let single = track.joined([piece("valid", 0, 500), piece("expired", 500, 501)])
        #expect(single.map(\.kind) == ["valid", "expired"])
    }
}
