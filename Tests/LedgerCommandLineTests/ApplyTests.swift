internal import Foundation
internal import LedgerCommandLine
internal import Testing

@Suite("Commands as lines")
struct ApplyTests {
    private static let good =
        #"{"command":"issueState","user":"u","toolkit":"t","allowMultiple":true}"#

    /// A line that is no command, and the field that is to blame.
    static let bad: [(line: [UInt8], field: String)] = [
        (Array("".utf8), "line"),
        (Array("   \t".utf8), "line"),
        (Array("{".utf8), "line"),
        (Array("[]".utf8), "line"),
        (Array("null".utf8), "line"),
        (Array("{\"command\":\"x\"} x".utf8), "line"),
        ([0x22, 0xFF, 0xFE, 0x22], "line"),
        (Array("{\"command\":\"sel\0ect\"}".utf8), "line"),
        ([0], "line"),
        ([0xEF, 0xBB, 0xBF] + Array(good.utf8), "line"),
        (Array(#"{"a":1,"a":1}"#.utf8), "line"),
        (Array(#"{"command":"\ud800"}"#.utf8), "line"),
        (Array(String(repeating: "[", count: 100_000).utf8), "line"),
        (Array("{}".utf8), "command"),
        (Array(#"{"command":"nothing"}"#.utf8), "command"),
        (Array(#"{"command":7}"#.utf8), "command"),
        (Array(#"{"command":"expire","grant":7}"#.utf8), "grant"),
        (Array(#"{"command":"expire","grant":null}"#.utf8), "grant"),
        (Array(#"{"command":"expire"}"#.utf8), "grant"),
        (Array(#"{"command":"expire","grant":""}"#.utf8), "grant"),
        (Array(#"{"command":"expire","grant":"g\u0000"}"#.utf8), "grant"),
        (Array(#"{"command":"expire","grant":"g","reaso":"r"}"#.utf8), "reaso"),
        (Array(#"{"command":"expire","grant":"g","now":"2026-01-01T00:00:00Z"}"#.utf8), "now"),
        (Array(#"{"command":"select","user":"u","toolkit":"t"}"#.utf8), "credential"),
        (
            Array(#"{"command":"issueState","user":"u","toolkit":"t","lifetimeSeconds":1.0}"#.utf8),
            "lifetimeSeconds"
        ),
        (Array(repeating: UInt8(ascii: " "), count: 1 << 20), "line"),
        (Array(repeating: UInt8(ascii: "x"), count: (1 << 20) + 1), "line"),
        (Array(repeating: UInt8(ascii: "x"), count: 10 << 20), "line"),
    ]

    @Test(
        "a line that is no command is answered in its place, and the next one is read",
        arguments: bad)
    func badLine(line: [UInt8], field: String) async throws {
        let scratch = try Scratch()
        let bytes = line + [10] + Array((Self.good + "\n").utf8)
        let chunks = stride(from: 0, to: bytes.count, by: 60_000).map {
            Array(bytes[$0..<min($0 + 60_000, bytes.count)])
        }
        let run = await scratch.run("apply", input: chunks)
        #expect(run.status == .found)
        #expect(run.lines.count == 2)
        let start = #"{"line":1,"outcome":"refused","refusal":"invalid","field":"\#(field)","#
        #expect(run.lines.first?.hasPrefix(start) == true, "\(run.output)")
        #expect(run.lines.last?.hasPrefix(#"{"line":2,"outcome":"applied""#) == true)
    }

    @Test(
        "a time that no ledger can have is answered in its place, and the next line is read",
        arguments: ["9999-12-31T23:59:59Z", "9999-12-31T00:00:00Z", "0001-01-01T00:00:00+01:00"])
    func impossibleNow(time: String) async throws {
        let scratch = try Scratch()
        func line(_ time: String) -> String { Self.good.dropLast() + #","now":"\#(time)"}"# }
        let run = await scratch.apply(
            [line("2026-01-01T00:00:00Z"), line(time), line("9999-12-30T23:59:59.999999Z")],
            "--simulate-clock")
        #expect(run.status == .found)
        #expect(run.lines.count == 3)
        #expect(run.lines.first?.contains(#""outcome":"applied""#) == true)
        let start = #"{"line":2,"outcome":"refused","refusal":"invalid","field":"now","#
        #expect(run.lines.dropFirst().first?.hasPrefix(start) == true, "\(run.output)")
        #expect(run.lines.last?.contains(#""line":3,"outcome":"applied""#) == true)
    }

    @Test(
        "all lines are answered in order, however they are cut into chunks",
        arguments: [1, 7, 4096])
    func chunks(length: Int) async throws {
        let scratch = try Scratch()
        let lines = (0..<300).map { $0.isMultiple(of: 3) ? "no command" : Self.good }
        let bytes = Array(lines.joined(separator: "\n").utf8)
        let chunks = stride(from: 0, to: bytes.count, by: length).map {
            Array(bytes[$0..<min($0 + length, bytes.count)])
        }
        let run = await scratch.run("apply", input: chunks)
        #expect(run.status == .found)
        #expect(run.lines.count == 300)
        for (index, line) in run.lines.enumerated() {
            let outcome = index.isMultiple(of: 3) ? "refused" : "applied"
            let start = #"{"line":\#(index + 1),"outcome":"\#(outcome)""#
            #expect(line.hasPrefix(start), "\(line)")
        }
    }

    @Test("a last line without a line feed counts, and no line at all is fine")
    func ends() async throws {
        let scratch = try Scratch()
        let one = await scratch.run("apply", input: [Array(Self.good.utf8)])
        #expect(one.status == .fine)
        #expect(one.lines.count == 1)
        let none = await scratch.run("apply")
        #expect(none.status == .fine)
        #expect(none.output.isEmpty)
    }

    @Test("an absent ledger is made with the clock that the flag says")
    func creates() async throws {
        let scratch = try Scratch()
        let line = String(Self.good.dropLast()) + #","now":"2026-01-01T00:00:00Z"}"#
        let run = await scratch.apply([line], "--simulate-clock")
        #expect(run.status == .fine)
        #expect(run.output.contains(#""expiresAt":"2026-01-01T00:10:00.000000Z""#))
    }

    @Test("on a simulated ledger a line without now is invalid, and the others go on")
    func simulated() async throws {
        let scratch = try Scratch()
        let timed = String(Self.good.dropLast()) + #","now":"2026-01-01T00:00:00Z"}"#
        let run = await scratch.apply([Self.good, timed], "--simulate-clock")
        #expect(run.status == .found)
        #expect(run.lines.first?.member("field") == "now")
        #expect(run.lines.last?.member("outcome") == "applied")
    }

    @Test("a wish to stop ends a read that waits, with 4 and the line to go on with")
    func stops() async throws {
        let scratch = try Scratch()
        let input = Pipe()
        let run = await scratch.run("apply") { console in
            let interruption = console.interruption
            let isFirst = Chunks([Array((Self.good + "\n").utf8)])
            console.input = { _ in
                let bytes = isFirst.next()
                if !bytes.isEmpty { return bytes }
                interruption.request()
                // Nobody ever writes: a read that waits for good.
                return Array((try? input.fileHandleForReading.read(upToCount: 1)) ?? Data())
            }
        }
        #expect(run.status == .stopped)
        #expect(run.lines.count == 1)
        #expect(run.errors.contains("Go on with line 2."))
        try input.fileHandleForWriting.close()
    }
}
