internal import AccountLedger
internal import Foundation

/// What was measured, as a text.
struct Report {
    let machine: Machine
    let plan: Plan
    let measurements: [Measurement]

    func text(asMarkdown: Bool) -> String {
        var parts: [String] = []
        if asMarkdown { parts += ["# Results", "Written by `tools/bench`; not to be edited."] }
        let date = "\(Timestamp(Date()))".prefix(10)
        let rows = [["what", "which"], ["date", String(date)]] + machine.rows
        parts.append(columns(rows, asMarkdown: asMarkdown))
        for measurement in measurements {
            let events = wholeNumber(Double(measurement.site.events))
            let users = wholeNumber(Double(measurement.site.users))
            parts.append(heading("\(events) events, \(users) users", asMarkdown))
            parts.append(table(of: measurement.lines, asMarkdown))
            parts += measurement.remarks
        }
        let growth = Measurement.growth(measurements)
        if !growth.isEmpty {
            parts.append(heading("Growth from the first size to the last", asMarkdown))
            parts.append(table(of: growth, asMarkdown))
        }
        parts.append(explanation)
        return parts.joined(separator: "\n\n") + "\n"
    }

    private func heading(_ text: String, _ asMarkdown: Bool) -> String {
        asMarkdown ? "## \(text)" : text
    }

    private func table(of lines: [Line], _ asMarkdown: Bool) -> String {
        let rows = [Line.heading] + lines.filter { !$0.isEmpty }.map(\.cells)
        return columns(rows, asMarkdown: asMarkdown)
    }

    private var explanation: String {
        """
        Medians of \(plan.rounds) rounds (\(plan.wholeRounds) of what reads the whole log and of \
        the feed; an import counts by tenths), least and greatest in brackets; the contenders took \
        turns. A ratio is the ledger's number divided by the other's in the same round. What each \
        does is in `tools/benchmarks/README.md`.
        """
    }
}
