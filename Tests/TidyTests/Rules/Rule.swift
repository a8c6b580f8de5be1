internal import Testing

/// Something that holds for every Swift file, told from its text alone.
struct Rule: Sendable, CustomTestStringConvertible {
    /// The rule as a sentence.
    let sentence: String
    /// Everything in a file that breaks it.
    let findings: @Sendable (SourceFile) -> [Finding]

    var testDescription: String {
        sentence
    }

    static let all = imports + words + shape
}

extension Rule {
    /// A rule of code written by hand: it holds where `applies` says so, and names the tokens that
    /// break it, each judged with its neighbours.
    init(
        _ sentence: String,
        where applies: @escaping @Sendable (SourceFile) -> Bool = { _ in true },
        forbids: @escaping @Sendable (_ before: Token?, _ token: Token, _ after: Token?) -> String?
    ) {
        self.init(sentence: sentence) { file in
            guard !file.isGenerated, applies(file) else {
                return []
            }
            return file.neighbourhoods.compactMap { before, token, after in
                forbids(before, token, after).map { file.finding(token, $0) }
            }
        }
    }
}
