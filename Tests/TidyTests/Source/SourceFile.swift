/// One Swift file of the package, or a snippet that stands for one.
struct SourceFile: Sendable {
    /// The path from the package root, such as `Sources/LedgerDomain/UserID.swift`.
    let path: String
    let text: String
    /// Everything but comments, in order.
    let code: [Token]
    let comments: [Token]

    init(path: String, text: String) {
        let tokens = Lexer.tokens(of: text)
        self.path = path
        self.text = text
        code = tokens.filter { $0.kind != .comment }
        comments = tokens.filter { $0.kind == .comment }
    }

    var lines: [Substring] {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true {
            lines.removeLast()
        }
        return lines
    }

    /// Whether a generator wrote the file, so that only its imports are our concern.
    var isGenerated: Bool {
        path.hasSuffix(".pb.swift")
    }

    func isUnder(_ folders: String...) -> Bool {
        folders.contains { path.hasPrefix($0 + "/") }
    }

    func finding(_ token: Token, _ message: String) -> Finding {
        Finding(path: path, line: token.line, message: message)
    }

    /// Each token of the code with the one before and the one after it.
    var neighbourhoods: [(before: Token?, token: Token, after: Token?)] {
        code.indices.map { index in
            (
                index > 0 ? code[index - 1] : nil,
                code[index],
                index + 1 < code.count ? code[index + 1] : nil
            )
        }
    }
}

/// What a rule has to say about one line of a file.
struct Finding: Equatable, CustomStringConvertible {
    let path: String
    let line: Int
    let message: String

    var description: String {
        "\(path):\(line): \(message)"
    }
}
