internal import LedgerAudit
internal import LedgerDomain

/// The part of a report that shows which credential each toolkit acted as along the time.
struct ReportSelections {
    let timeline: UserTimeline
    let track: ReportTrack
    let numbers: [CredentialID: Int]

    private var words: SelectionWords { SelectionWords(numbers: numbers) }

    func write(in page: inout Markup) {
        guard !timeline.selections.isEmpty else { return }
        page.element("section", ["aria-labelledby": "selections"]) { section in
            section.element("h2", ["id": "selections"], text: "What each toolkit acts as")
            section.element(
                "p", ["class": "hint"],
                text: "The number in a bar is that of the account above. A full bar acts, a"
                    + " striped one needs to be reconnected, a woven one asks for a choice, a"
                    + " hollow one was chosen and has been revoked since.")
            track.axis(in: &section)
            for one in timeline.selections { write(one, in: &section) }
        }
        page.newLine()
    }

    private func write(_ one: UserTimeline.SelectionTrack, in page: inout Markup) {
        page.element("div", ["class": "lane"]) { lane in
            lane.element("div", ["class": "who"]) { who in
                who.element("h3") { $0.foreign(one.toolkit.text) }
                who.element(
                    "p", ["class": "status"], text: words.text(one.answers.last?.selection))
                for other in words.passedOver(one.answers.last?.selection?.passedOver ?? []) {
                    who.element("p", ["class": "hint"], text: "passed over: " + other)
                }
            }
            let pieces = pieces(one)
            track.draw(
                track.joined(pieces), marks: marks(one.toolkit),
                label: "\(one.toolkit): " + pieces.suffix(6).map(\.words).joined(separator: "; "),
                in: &lane)
        }
    }

    private func marks(_ toolkit: ToolkitID) -> [ReportTrack.Mark] {
        timeline.steps.map(\.record).compactMap { record in
            guard case .accountSelected(let event) = record.event, event.toolkit == toolkit else {
                return nil
            }
            return ReportTrack.Mark(
                position: record.position, kind: .accountSelected,
                place: track.scale.place(record.recordedAt), time: record.recordedAt)
        }
    }

    private func pieces(_ one: UserTimeline.SelectionTrack) -> [ReportTrack.Piece] {
        one.answers.enumerated().map { index, answer in
            let next = index + 1 < one.answers.count ? one.answers[index + 1].from : nil
            let (kind, caption) = form(answer.selection)
            let end = next.map { " to \(track.times.text($0))" } ?? " on"
            return ReportTrack.Piece(
                kind: kind, from: track.scale.place(answer.from),
                to: next.map { track.scale.place($0) } ?? track.scale.last,
                words:
                    "\(words.text(answer.selection)) from \(track.times.text(answer.from))\(end)",
                caption: caption)
        }
    }

    private func form(_ selection: Selection?) -> (kind: String, caption: String?) {
        switch selection?.result {
        case .credential(let one): ("valid", numbers[one].map(String.init))
        case .needsReconnect(let one): ("expired", numbers[one].map(String.init))
        case .revoked(let one): ("revoked", numbers[one].map(String.init))
        case .ambiguous: ("mixed", "?")
        case .some(.none), nil: ("nothing", nil)
        }
    }
}
