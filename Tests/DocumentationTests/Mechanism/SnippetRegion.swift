/// A part of a Swift file that documentation quotes, from `// snippet: NAME` to `// end snippet`.
struct SnippetRegion {
    /// The name, which only the tests use.
    let name: String
    /// The file, from the root of the repository.
    let path: String
    /// The line of the opening comment, from 1.
    let line: Int
    /// The lines between the comments, without the indentation that all of them share.
    let text: String
    /// Whether the region is in the body of a function that is a test, so that it is run.
    let isInTest: Bool

    private static let opening = "// snippet: "
    private static let closing = "// end snippet"

    /// The regions of a file.
    static func all(in text: String, path: String) throws -> [SnippetRegion] {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        var regions: [SnippetRegion] = []
        var open: (name: String, index: Int)?
        for (index, line) in lines.enumerated() {
            let code = line.drop { $0 == " " }
            if code.hasPrefix(opening) {
                if let open { throw UnclosedRegion(path: path, line: open.index + 1) }
                open = (String(code.dropFirst(opening.count)), index)
            } else if code == closing, let start = open {
                let content = Array(lines[(start.index + 1)..<index])
                regions.append(
                    SnippetRegion(
                        name: start.name, path: path, line: start.index + 1,
                        text: content.withoutSharedIndentation,
                        isInTest: isTest(around: start.index, in: lines)))
                open = nil
            }
        }
        if let open { throw UnclosedRegion(path: path, line: open.index + 1) }
        return regions
    }

    /// Whether the member of a suite declared last before a line has the attribute of a test.
    private static func isTest(around index: Int, in lines: [Substring]) -> Bool {
        let function = lines[..<index].lastIndex { line in
            line.prefix { $0 == " " }.count == 4 && line.contains("func ")
        }
        guard let function else { return false }
        return lines[max(0, function - 1)...function].contains { $0.contains("@Test") }
    }
}

/// A region that nothing ends.
struct UnclosedRegion: Error {
    let path: String
    let line: Int
}
