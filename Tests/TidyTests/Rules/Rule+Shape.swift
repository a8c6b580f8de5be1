extension Rule {
    static let shape = [fileLength, lineWidth, underscores, typeNames]

    static let longestFile = 600
    static let widestLine = 100

    private static let fileLength = Rule(sentence: "no file is longer than 600 lines") { file in
        let count = file.lines.count
        guard !file.isGenerated, count > longestFile else {
            return []
        }
        let message = "\(count) lines, more than \(longestFile); split it by topic"
        return [Finding(path: file.path, line: longestFile + 1, message: message)]
    }

    private static let lineWidth = Rule(sentence: "no line is wider than 100 columns") { file in
        guard !file.isGenerated else {
            return []
        }
        return zip(1..., file.lines).filter { $1.count > widestLine }.map { number, line in
            let message = "\(line.count) columns, more than \(widestLine)"
            return Finding(path: file.path, line: number, message: message)
        }
    }

    private static let underscores = Rule(
        "no declared name begins with an underscore",
        forbids: { before, token, _ in
            guard let before, before.kind == .word, declaring.contains(before.text),
                token.kind == .word, token.text.hasPrefix("_"), token.text != "_"
            else {
                return nil
            }
            return "\(token.text) begins with an underscore; access levels say what is private"
        }
    )

    private static let typeNames = Rule(
        "no type is named for being something or other",
        forbids: { before, token, _ in
            guard let before, before.kind == .word, declaringTypes.contains(before.text),
                token.kind == .word, !declaring.contains(token.text)
            else {
                return nil
            }
            let name = token.text
            let word = emptyWords.first { name.contains($0) }
            return (word ?? emptyEnds.first { name.hasSuffix($0) }).map {
                "\(name): `\($0)` says nothing; name the type for what it is"
            }
        }
    )

    private static let declaringTypes: Set = [
        "actor", "class", "enum", "protocol", "struct", "typealias",
    ]

    private static let declaring = declaringTypes.union([
        "associatedtype", "case", "func", "let", "macro", "subscript", "var",
    ])

    private static let emptyWords = ["Manager", "Helper", "Utils", "Common"]
    private static let emptyEnds = ["New", "2"]
}
