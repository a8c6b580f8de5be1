internal import Foundation
internal import LedgerAudit
internal import LedgerDomain

/// The page of a report: one user's history, for people, in one file.
///
/// It depends on the ledger and the position alone, so that the same report is the same bytes.
struct ReportPage {
    let user: UserID
    let ledgerID: String
    /// What the report is narrowed to, in words.
    let narrowing: String?
    /// The position and the time as of which it holds.
    let moment: (position: Position, time: Timestamp)
    let timeline: UserTimeline
    let digests: ReportDigests

    private let times = TimeText(zone: .gmt)

    init(
        of user: UserID, in ledgerID: String, narrowedTo narrowing: String?,
        asOf moment: (position: Position, time: Timestamp), _ timeline: UserTimeline,
        _ digests: ReportDigests
    ) {
        self.user = user
        self.ledgerID = ledgerID
        self.narrowing = narrowing
        self.moment = moment
        self.timeline = timeline
        self.digests = digests
    }

    /// The file.
    var text: String {
        var page = Markup()
        page.verbatim("<!DOCTYPE html>\n")
        page.element("html", ["lang": "en"]) { html in
            html.element("head") { writeHead(in: &$0) }
            html.newLine()
            html.element("body") { writeBody(in: &$0) }
        }
        page.newLine()
        return page.text
    }

    private func writeHead(in head: inout Markup) {
        head.empty("meta", ["charset": "utf-8"])
        head.empty("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"])
        head.empty("meta", ["name": "color-scheme", "content": "light dark"])
        head.empty("meta", ["name": "robots", "content": "noindex"])
        head.empty("meta", ["name": "referrer", "content": "no-referrer"])
        // Nothing is fetched and nothing is run, whatever an escaped text may once be found to be.
        head.empty(
            "meta",
            [
                "http-equiv": "Content-Security-Policy",
                "content": "default-src 'none'; style-src 'unsafe-inline'",
            ])
        head.element("title", text: "Account history of \(user)")
        head.newLine()
        head.element("style") { $0.verbatim(ReportStyle.sheet) }
    }

    private func writeBody(in body: inout Markup) {
        let numbers = Dictionary(
            timeline.tracks.enumerated().map { ($1.credential.id, $0 + 1) },
            uniquingKeysWith: { first, _ in first })
        let first = timeline.steps.first?.record.recordedAt ?? moment.time
        let track = ReportTrack(scale: TimeScale(from: first, to: moment.time), times: times)
        body.verbatim(ReportShapes.definitions)
        body.newLine()
        body.element("header") { writeHeader(in: &$0) }
        body.newLine()
        body.element("main") { main in
            ReportAccounts(timeline: timeline, track: track, numbers: numbers).write(in: &main)
            ReportSelections(timeline: timeline, track: track, numbers: numbers).write(in: &main)
            ReportEvents(steps: timeline.steps, times: times, numbers: numbers)
                .write(in: &main)
        }
        body.newLine()
        body.element("footer") { writeFooter(in: &$0) }
    }

    private func writeHeader(in header: inout Markup) {
        header.element("p", ["class": "over"], text: "Account history")
        header.element("h1") { $0.foreign(user.text) }
        if let narrowing { header.element("p", ["class": "lead"]) { $0.foreign(narrowing) } }
        header.element("p", ["class": "lead"], text: counts)
        header.element("dl", ["class": "facts"]) { list in
            for (name, value) in facts {
                list.element("div") { fact in
                    fact.element("dt", text: name)
                    fact.element("dd", text: value)
                }
            }
        }
        header.element(
            "p", ["class": "hint"],
            text: "This page holds personal data: whoever has the file can read it.")
    }

    private var counts: String {
        let statuses = CredentialStatus.allCases.compactMap { status -> String? in
            let count = timeline.tracks.count { $0.credential.status == status }
            return count == 0 ? nil : "\(count) \(status.rawValue)"
        }
        let accounts = timeline.tracks.count
        return (accounts == 1 ? "1 account" : "\(accounts) accounts")
            + (statuses.isEmpty ? "" : ": " + statuses.joined(separator: ", "))
    }

    private var facts: [(String, String)] {
        let count = timeline.steps.count
        var facts = [("Records", "\(count)")]
        if let first = timeline.steps.first?.record, let last = timeline.steps.last?.record {
            facts = [
                ("Records", "\(count), positions \(first.position) to \(last.position)"),
                ("First", times.text(first.recordedAt)), ("Last", times.text(last.recordedAt)),
            ]
        }
        let moment = "position \(moment.position), \(times.text(moment.time))"
        return facts + [("As of", moment), ("Ledger", ledgerID)]
    }

    private func writeFooter(in footer: inout Markup) {
        footer.element("h2", text: "What this page rests on")
        footer.element(
            "p",
            text: "Each digest is the SHA-256 of an answer of the ledger as of position"
                + " \(moment.position). Whoever has the ledger gets the same digest by the command"
                + " below it. Equal digests mean that the page shows what that ledger holds. They"
                + " do not show that the ledger itself was never altered: nothing on this page is"
                + " signed.")
        digests.write(in: &footer)
    }
}
