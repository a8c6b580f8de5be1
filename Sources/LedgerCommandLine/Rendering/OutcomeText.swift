internal import LedgerDomain

/// What became of one command, for people.
enum OutcomeText {
    static func text(_ outcome: Outcome, _ times: TimeText, _ style: Style) -> String {
        switch outcome {
        case .applied(let receipt): text(receipt, "applied", times, style)
        case .unchanged(let receipt): text(receipt, "unchanged", times, style)
        case .refused(let refusal):
            style.apply(.red, to: "refused") + ": \(refusal.name): "
                + RefusalText.sentence(refusal) + "\n"
        }
    }

    private static func text(
        _ receipt: Receipt, _ word: String, _ times: TimeText, _ style: Style
    ) -> String {
        var table = Table()
        func add(_ name: String, _ value: String?) {
            if let value { table.add([.init("  " + name), .init(value)]) }
        }
        add("state", receipt.state?.secret)
        add("expires", receipt.expiresAt.map(times.text))
        add("credential", receipt.credential?.text)
        add("kind", receipt.kind?.rawValue)
        add("previous grant", receipt.previousGrant?.text)
        add("superseded", receipt.superseded ? "yes: a later authorization had overtaken it" : nil)
        add("label", receipt.labelDropped ? "dropped: another credential has it" : nil)
        add("positions", receipt.positions.map(text))
        add("user version", receipt.userVersion.description)
        return style.apply(.green, to: word) + "\n" + table.text(style)
    }

    private static func text(_ positions: ClosedRange<Position>) -> String {
        positions.lowerBound == positions.upperBound
            ? "\(positions.lowerBound)" : "\(positions.lowerBound) to \(positions.upperBound)"
    }
}
