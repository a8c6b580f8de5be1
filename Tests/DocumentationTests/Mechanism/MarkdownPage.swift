/// A page of documentation and the fenced blocks in it.
struct MarkdownPage {
    /// A fenced block.
    struct Block {
        /// The word behind the fence, such as `swift`.
        let language: String
        /// The line that the fence is on, from 1.
        let line: Int
        /// What is between the fences, without the indentation that all lines share.
        let text: String
    }

    /// The path from the root of the repository.
    let path: String
    /// The blocks in the order of the page.
    let blocks: [Block]
    /// The targets of links to files: neither addresses of the web nor anchors.
    let links: [String]

    init(path: String, text: String) throws {
        self.path = path
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        var blocks: [Block] = []
        var prose = ""
        var open: (language: String, line: Int, content: [Substring])?
        for (number, line) in zip(1..., lines) {
            let fence = line.drop { $0 == " " }
            if let block = open {
                if fence == "```" {
                    let text = block.content.withoutSharedIndentation
                    blocks.append(Block(language: block.language, line: block.line, text: text))
                    open = nil
                } else {
                    open?.content.append(line)
                }
            } else if fence.hasPrefix("```") {
                open = (String(fence.dropFirst(3)), number, [])
            } else {
                prose += line + "\n"
            }
        }
        if let open { throw UnclosedBlock(path: path, line: open.line) }
        self.blocks = blocks
        links = Self.links(in: prose)
    }

    private static func links(in prose: String) -> [String] {
        prose.matches(of: /\]\(([^)\s#]+)[^)]*\)/).map { String($0.output.1) }
            .filter { !$0.contains("://") }
    }
}

/// A fence that nothing closes.
struct UnclosedBlock: Error {
    let path: String
    let line: Int
}

extension [Substring] {
    /// The lines as one text, less the spaces that all of them begin with, and without blank ends.
    var withoutSharedIndentation: String {
        let filled = filter { !$0.allSatisfy(\.isWhitespace) }
        let shared = filled.map { $0.prefix { $0 == " " }.count }.min() ?? 0
        let lines = map { line in
            line.allSatisfy(\.isWhitespace) ? "" : String(line.dropFirst(shared))
        }
        let body = lines.drop(while: \.isEmpty).reversed().drop(while: \.isEmpty).reversed()
        return body.joined(separator: "\n")
    }
}
