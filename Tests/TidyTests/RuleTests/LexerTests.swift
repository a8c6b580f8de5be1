internal import Testing

@Suite("The lexer tells code from what only looks like it")
struct LexerTests {
    @Test(
        "Only code is left as words",
        arguments: [
            ("a /* b /* c */ d */ e", ["a", "e"]),
            ("a // b\nc", ["a", "c"]),
            (#"a "b" c"#, ["a", "c"]),
            (#"a "b \" c" d"#, ["a", "d"]),
            (#"a "\(b + "c \(d)" + e) f" g"#, ["a", "b", "d", "e", "g"]),
            (##"a #"b " \(c) \#(d) "# e"##, ["a", "d", "e"]),
            ("a \"\"\"\n  b \"c\" \\(d)\n  \"\"\" e", ["a", "d", "e"]),
            (#"a = /b"c/ d"#, ["a", "d"]),
            ("a / b / c", ["a", "b", "c"]),
            ("f(a, /) / b", ["f", "a", "b"]),
            ("a #/ b\n c /# d", ["a", "d"]),
            ("\"a \\(f(b)) c\" d", ["f", "b", "d"]),
            ("a \"unended\nb", ["a", "b"]),
            ("a /* unended", ["a"]),
            ("a \"\"\"\n unended \\(b", ["a", "b"]),
        ]
    )
    func words(_ source: String, _ words: [String]) {
        #expect(Lexer.tokens(of: source).filter { $0.kind == .word }.map(\.text) == words)
    }

    @Test("Every token knows its line, after literals and comments of several lines too")
    func lines() {
        let source = "a\n/*\n*/ b \"\"\"\n\\(c)\n\"\"\"\nd"
        let words = Lexer.tokens(of: source).filter { $0.kind == .word }
        #expect(words.map { "\($0.text):\($0.line)" } == ["a:1", "b:3", "c:4", "d:6"])
    }

    @Test("A literal keeps its text for the rules that read names in it")
    func literals() {
        let literals = Lexer.tokens(of: #"f("Name"); g("a\(b)c")"#).filter { $0.kind == .literal }
        #expect(literals.map(\.text) == ["Name", "a", "c"])
    }
}
