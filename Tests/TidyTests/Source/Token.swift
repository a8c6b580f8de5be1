/// A piece of Swift source: what it is, how it is spelled and where it stands.
struct Token: Equatable {
    enum Kind {
        /// An identifier, a keyword or a number.
        case word
        /// One character that is none of the others: an operator of three is three tokens.
        case symbol
        /// The inside of a string or regular expression, without delimiters and interpolations.
        case literal
        /// A comment, with its marks.
        case comment
    }

    var kind: Kind
    var text: String
    /// The line the token begins on, from 1.
    var line: Int
    /// Whether white space or a comment stands before it, or nothing at all.
    var followsSpace: Bool

    func isWord(_ spelling: String) -> Bool {
        kind == .word && text == spelling
    }

    func isSymbol(_ spelling: String) -> Bool {
        kind == .symbol && text == spelling
    }

    /// Whether an expression can end here, so that a postfix operator may follow.
    var endsOperand: Bool {
        switch kind {
        case .word: !Self.wordsBeforeOperands.contains(text)
        case .symbol: [")", "]", "}", "`"].contains(text)
        case .literal: true
        case .comment: false
        }
    }

    private static let wordsBeforeOperands: Set = [
        "as", "await", "case", "consume", "copy", "else", "if", "in", "is", "return", "switch",
        "throw", "try", "unsafe", "where", "while", "yield",
    ]
}
