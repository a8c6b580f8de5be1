extension Rule {
    static let words = [
        memorySafety, forcedUnwrapping, forcedTry, forcedCast, trapping, printing, unfinished,
        compilerFlags,
    ]

    /// LedgerStorage is where memory safety is argued for, line by line; nowhere else is it waived,
    /// but by the program that its tests have fork, and by one that is its own executor.
    private static let memorySafety = Rule(
        "nothing outside LedgerStorage steps out of memory safety",
        where: {
            !$0.isUnder("Sources/LedgerStorage", "Tests/StorageProbe", "Tests/InstructionProbe")
        },
        forbids: { before, token, _ in
            guard token.kind == .word else {
                return nil
            }
            if before?.isSymbol("@") == true, token.text == "unchecked" {
                return "@unchecked outside LedgerStorage"
            }
            let waivesSafety = token.text.hasPrefix("unsafe") || token.text.contains("Unsafe")
            return waivesSafety ? "\(token.text) outside LedgerStorage" : nil
        }
    )

    /// Told from spacing, as the compiler does: a postfix operator touches what it follows.
    private static let forcedUnwrapping = Rule(
        "no optional is unwrapped by force",
        forbids: { before, token, after in
            guard token.isSymbol("!"), !token.followsSpace, before?.endsOperand == true else {
                return nil
            }
            let isInequality = after?.isSymbol("=") == true && after?.followsSpace == false
            return isInequality ? nil : "`!` takes a value by force; bind it, or throw"
        }
    )

    private static let forcedTry = Rule(
        "no error is ruled out by force",
        forbids: { before, token, _ in
            before?.isWord("try") == true && token.isSymbol("!") && !token.followsSpace
                ? "try! traps; let the error pass, or handle it" : nil
        }
    )

    private static let forcedCast = Rule(
        "no cast is forced",
        forbids: { before, token, _ in
            before?.isWord("as") == true && token.isSymbol("!") && !token.followsSpace
                ? "as! traps; cast with as?" : nil
        }
    )

    private static let trapping = Rule(
        "corrupt data throws, never traps",
        forbids: { _, token, after in
            token.isWord("fatalError") && after?.isSymbol("(") == true
                ? "fatalError ends the process that embeds us; throw" : nil
        }
    )

    private static let printing = Rule(
        "only the command line prints",
        where: { !$0.isUnder("Sources/LedgerCommandLine", "tools") },
        forbids: { before, token, after in
            guard token.isWord("print") || token.isWord("debugPrint"), after?.isSymbol("(") == true,
                before?.isSymbol(".") != true, before?.isWord("func") != true
            else {
                return nil
            }
            return "\(token.text) outside the command line; return it, log it or record an issue"
        }
    )

    private static let unfinished = Rule(
        sentence: "nothing is left unfinished behind a note"
    ) { file in
        file.comments.flatMap { comment in
            comment.text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
                .compactMap { offset, line in
                    note(in: line).map {
                        let message = "\($0) in a comment; do it, or write down what holds today"
                        return Finding(
                            path: file.path,
                            line: comment.line + offset,
                            message: message
                        )
                    }
                }
        }
    }

    private static func note(in line: Substring) -> Substring? {
        line.split { !$0.isLetter && $0 != "_" }.first { notes.contains(String($0)) }
    }

    private static let notes: Set = ["TODO", "FIXME", "XXX"]

    /// A package with such flags cannot be depended on by version.
    static let compilerFlags = Rule(
        "no target passes flags that keep others from depending on it",
        forbids: { _, token, _ in token.isWord("unsafeFlags") ? "unsafeFlags in a manifest" : nil }
    )
}
