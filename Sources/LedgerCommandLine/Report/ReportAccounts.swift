internal import LedgerAudit
internal import LedgerDomain

/// The part of a report that shows each credential along the time.
struct ReportAccounts {
    private static let mostWords = 6

    let timeline: UserTimeline
    let track: ReportTrack
    /// The number by which the report calls a credential.
    let numbers: [CredentialID: Int]

    func write(in page: inout Markup) {
        page.element("section", ["aria-labelledby": "accounts"]) { section in
            section.element("h2", ["id": "accounts"], text: "Accounts")
            guard !timeline.tracks.isEmpty || !unfinished.isEmpty else {
                section.element("p", text: "No account was connected.")
                return
            }
            ReportShapes.legend(in: &section)
            track.axis(in: &section)
            let marks = self.marks
            for one in timeline.tracks { write(one, marks[one.credential.id] ?? [], in: &section) }
            writeUnfinished(in: &section)
        }
        page.newLine()
    }

    /// The events of each credential, but for choices, which are with the toolkits.
    private var marks: [CredentialID: [ReportTrack.Mark]] {
        var marks: [CredentialID: [ReportTrack.Mark]] = [:]
        for record in timeline.steps.map(\.record) {
            let kind = record.event.kind
            guard let id = record.event.credential, kind != .accountSelected else { continue }
            marks[id, default: []].append(mark(record))
        }
        return marks
    }

    private func mark(_ record: EventRecord) -> ReportTrack.Mark {
        ReportTrack.Mark(
            position: record.position, kind: record.event.kind,
            place: track.scale.place(record.recordedAt), time: record.recordedAt)
    }

    private func write(
        _ one: UserTimeline.Track, _ marks: [ReportTrack.Mark], in page: inout Markup
    ) {
        let credential = one.credential
        page.element("div", ["class": "lane"]) { lane in
            lane.element("div", ["class": "who"]) { who in
                describe(credential, in: &who)
            }
            let under = timeline.authorizations.filter { $0.credential == credential.id }
            track.draw(
                track.joined(one.spans.map(piece)), over: track.joined(under.map(piece)),
                marks: marks, label: label(one), in: &lane)
        }
    }

    private func describe(_ credential: Credential, in page: inout Markup) {
        page.element("h3") { heading in
            heading.element("span", ["class": "no"], text: "\(numbers[credential.id] ?? 0)")
            heading.foreign(AccountText.account(credential))
        }
        page.element("p", ["class": "status"]) { line in
            ReportShapes.swatch(credential.status.rawValue, in: &line)
            line.element("strong", text: credential.status.rawValue)
            if let reason = credential.statusReason {
                line.write(": ")
                line.foreign(reason)
            }
        }
        page.element("dl") { list in
            for (name, value) in [
                ("toolkit", credential.toolkit.text), ("label", credential.label),
                ("member", credential.member?.text), ("grant", credential.grant.text),
                ("id", credential.id.text),
            ] {
                guard let value else { continue }
                list.element("div") { row in
                    row.element("dt", text: name)
                    row.element("dd") { $0.foreign(value) }
                }
            }
        }
    }

    private func piece(_ span: UserTimeline.Span) -> ReportTrack.Piece {
        let end = span.to.map { " to \(track.times.text($0))" } ?? " on"
        return ReportTrack.Piece(
            kind: span.status.rawValue, from: track.scale.place(span.from),
            to: span.to.map { track.scale.place($0) } ?? track.scale.last,
            words: "\(span.status.rawValue) from \(track.times.text(span.from))\(end)")
    }

    private func piece(_ authorization: UserTimeline.Authorization) -> ReportTrack.Piece {
        let (from, to) = (authorization.from, authorization.to)
        let end = authorization.isCompleted ? "completed" : "not completed, valid until"
        return ReportTrack.Piece(
            kind: "pending", from: track.scale.place(from), to: track.scale.place(to),
            words: "authorization begun \(track.times.text(from)), \(end) \(track.times.text(to))")
    }

    /// The bar in words, the latest ones where they are many.
    private func label(_ one: UserTimeline.Track) -> String {
        let spans = one.spans.suffix(Self.mostWords).map { piece($0).words }
        let rest = one.spans.count - spans.count
        return "Account \(numbers[one.credential.id] ?? 0): "
            + (rest > 0 ? "\(rest) earlier changes, then " : "") + spans.joined(separator: "; ")
    }

    private var unfinished: [UserTimeline.Authorization] {
        timeline.authorizations.filter { $0.credential == nil }
    }

    private func writeUnfinished(in page: inout Markup) {
        let open = unfinished
        guard !open.isEmpty else { return }
        let places = Set(open.map(\.position))
        let marks = timeline.steps.map(\.record).filter { places.contains($0.position) }.map(mark)
        page.element("div", ["class": "lane"]) { lane in
            lane.element("div", ["class": "who"]) { who in
                who.element("h3", text: "Not completed")
                who.element(
                    "p", ["class": "status"],
                    text: open.count == 1
                        ? "1 authorization was begun and connected nothing."
                        : "\(open.count) authorizations were begun and connected nothing.")
            }
            let pieces = track.joined(open.map(piece))
            track.draw(
                pieces, marks: marks,
                label: "Authorizations that connected nothing: \(open.count)", in: &lane)
        }
    }
}
