internal import Testing

/// Each rule is shown code it must object to and code it must leave alone.
@Suite("The rules find what they are for")
struct RuleTests {
    /// A line of Swift, where it stands, and whether a rule must object.
    struct Case: Sendable, CustomTestStringConvertible {
        let code: String
        var path = "Sources/LedgerJournal/Journal.swift"

        var testDescription: String { "\(path): \(code.prefix(60).debugDescription)" }
    }

    static let objectionable: [Case] = [
        Case(code: "let bytes = unsafe pointer.pointee"),
        Case(code: "var pointer: UnsafeMutablePointer<Int>"),
        Case(code: "array.withUnsafeBytes { _ in }"),
        Case(code: "final class Box: @unchecked Sendable {}"),
        Case(code: "nonisolated(unsafe) var count = 0"),
        Case(code: "unsafeBitCast(a, to: B.self)", path: "Tests/LedgerStorageTests/MapTests.swift"),
        Case(code: "let head = heads.first!"),
        Case(code: "let head = heads[0]!.size"),
        Case(code: "let head = make()!"),
        Case(code: "let name: String!"),
        Case(code: #"let text = "at \(head!)""#),
        Case(code: "let head = try! read()"),
        Case(code: "let head = value as! Head"),
        Case(code: #"fatalError("no head")"#),
        Case(code: #"print("head")"#),
        Case(code: "let seen = 1; debugPrint(seen)"),
        Case(code: "// " + "TODO: later"),
        Case(code: "/* so it goes,\n   " + "FIXME */"),
        Case(code: "let a = 1 // " + "XXX"),
        Case(code: #".unsafeFlags(["-Ounchecked"])"#),
        Case(code: "let _hidden = 1"),
        Case(code: "func _go() {}"),
        Case(code: "enum Kind { case _none }"),
        Case(code: "struct TransactionManager {}"),
        Case(code: "enum JournalHelpers {}"),
        Case(code: "typealias PathUtils = Int"),
        Case(code: "protocol CommonRow {}"),
        Case(code: "final class JournalNew {}"),
        Case(code: "actor Journal2 {}"),
        Case(code: String(repeating: "x", count: Rule.widestLine + 1)),
        Case(code: String(repeating: "\n", count: Rule.longestFile + 1)),
        Case(code: "import Foundation"),
        Case(code: "@testable import LedgerFormat", path: "Tests/LedgerFormatTests/A.swift"),
        Case(code: "public import AccountLedger"),
        Case(code: "internal import struct ArgumentParser.Argument"),
    ]

    static let harmless: [Case] = [
        Case(code: "let bytes = unsafe pointer.pointee", path: "Sources/LedgerStorage/Map.swift"),
        Case(code: "// an unsafe thing, UnsafeRawPointer, try! and head! and print(x)"),
        Case(code: #"let text = "unsafe try! as! head! print(x) // TODO fatalError(""#),
        Case(code: ##"let text = #"a "quoted" unsafe head!"#"##),
        Case(code: "let text = \"\"\"\n  unsafe \"head!\" print(x)\n  \"\"\""),
        Case(code: "let pattern = /unsafe \"head!/; let other = #/ \"print(x) /#"),
        Case(code: "if !isEmpty, a != b, a!=b, !(a || !b) {}"),
        Case(code: "#if !os(Linux)\n#endif"),
        Case(code: "let head = heads.first ?? fallback"),
        Case(code: "return !ready"),
        Case(code: "let half = a / b / c"),
        Case(code: "value.print(to: stream)"),
        Case(code: "func print(_ text: String) {}"),
        Case(code: #"print("head")"#, path: "Sources/LedgerCommandLine/Output.swift"),
        Case(code: #"print("head")"#, path: "tools/account-ledger/main.swift"),
        Case(code: "let _ = go(); for _ in 0..<3 {}; func go(_ a: Int) {}"),
        Case(code: "switch a { case _: break }"),
        Case(code: "class func make() {}; class var shared: Int { 1 }"),
        Case(code: "struct Position {}; enum Renewal {}; let manager = 2"),
        Case(code: String(repeating: "é", count: Rule.widestLine)),
        Case(code: String(repeating: "\n", count: Rule.longestFile)),
        Case(code: "unsafe head!", path: "Sources/LedgerFormat/Generated/events.pb.swift"),
        Case(code: "package import LedgerFormat"),
        Case(code: "internal import Foundation\n@_spi(Proofs) private import LedgerDomain"),
        Case(code: "@testable internal import LedgerFormat", path: "Tests/AllTests/A.swift"),
        Case(code: "issue(.import, import: file)\nlet a = Kind\n  .import(from: b)"),
    ]

    @Test("An objectionable line is found", arguments: objectionable)
    func findsObjectionable(_ example: Case) {
        #expect(!findings(in: example).isEmpty)
    }

    @Test("A harmless line is left alone", arguments: harmless)
    func passesHarmless(_ example: Case) {
        #expect(findings(in: example) == [])
    }

    @Test("Every rule has a line it objects to", arguments: Rule.all)
    func everyRuleCanFail(_ rule: Rule) {
        let objections = Self.objectionable.filter { example in
            !rule.findings(SourceFile(path: example.path, text: example.code)).isEmpty
        }
        #expect(!objections.isEmpty)
    }

    @Test("A finding names the file and the line")
    func findingSaysWhere() {
        let example = Case(code: "\n/*\n*/ let a = \"\"\"\n\n\"\"\"\nprint(a)\n")
        let description = findings(in: example).first?.description
        #expect(description?.hasPrefix("Sources/LedgerJournal/Journal.swift:6: ") == true)
    }

    private func findings(in example: Case) -> [Finding] {
        let file = SourceFile(path: example.path, text: example.code)
        return Rule.all.flatMap { $0.findings(file) }
    }
}
