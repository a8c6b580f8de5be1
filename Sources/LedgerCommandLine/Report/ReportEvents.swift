internal import LedgerAudit
internal import LedgerDomain
internal import LedgerFormat

/// The part of a report that lists the records, in tables of a month or less.
struct ReportEvents {
    private static let rowsPerTable = 200

    let steps: [UserStep]
    let times: TimeText
    let numbers: [CredentialID: Int]

    private var words: SelectionWords { SelectionWords(numbers: numbers) }

    /// Records of one month that share a table.
    private struct Chunk {
        let month: String
        var steps: [UserStep]

        var id: String { "t\(steps.first?.record.position.number ?? 0)" }

        var range: String {
            let (first, last) = (steps.first?.record.position, steps.last?.record.position)
            guard let first, let last else { return "" }
            return first == last ? "position \(first)" : "positions \(first) to \(last)"
        }
    }

    func write(in page: inout Markup) {
        let chunks = self.chunks
        page.element("section", ["aria-labelledby": "events"]) { section in
            section.element("h2", ["id": "events"], text: "Events")
            if chunks.count > 1 { navigate(chunks, in: &section) }
            for chunk in chunks { write(chunk, in: &section) }
        }
        page.newLine()
    }

    private var chunks: [Chunk] {
        var chunks: [Chunk] = []
        for step in steps {
            let month = String(step.record.recordedAt.description.prefix(7))
            if let last = chunks.last, last.month == month,
                last.steps.count < Self.rowsPerTable
            {
                chunks[chunks.count - 1].steps.append(step)
            } else {
                chunks.append(Chunk(month: month, steps: [step]))
            }
        }
        return chunks
    }

    private func navigate(_ chunks: [Chunk], in page: inout Markup) {
        page.element("nav", ["aria-label": "Events by month"]) { navigation in
            navigation.element("ul") { list in
                for chunk in chunks {
                    list.element("li") { item in
                        item.element("a", ["href": "#" + chunk.id]) { link in
                            link.write(chunk.month)
                            link.element("small", text: " \(chunk.steps.count)")
                        }
                    }
                }
            }
        }
        page.newLine()
    }

    private func write(_ chunk: Chunk, in page: inout Markup) {
        // A page that is long is laid out as far as somebody looks; the height is a first guess.
        let height = "contain-intrinsic-size:auto \(60 + 64 * chunk.steps.count)px"
        page.element("div", ["class": "chunk", "id": chunk.id, "style": height]) { part in
            part.element("table") { table in
                table.element("caption") { caption in
                    caption.element("span", text: chunk.month)
                    caption.write(", \(chunk.range)")
                }
                table.element("thead") { head in
                    head.element("tr") { row in
                        for column in ["Position", "Recorded", "Event", "Who", "What changed"] {
                            row.element("th", ["scope": "col"], text: column)
                        }
                    }
                }
                table.newLine()
                table.element("tbody") { body in
                    for step in chunk.steps { write(step, in: &body) }
                }
            }
        }
        page.newLine()
    }

    private func write(_ step: UserStep, in page: inout Markup) {
        let record = step.record
        page.element("tr", ["id": "p\(record.position)"]) { row in
            row.element("th", ["scope": "row"]) { cell in
                cell.element("a", ["href": "#p\(record.position)"], text: "\(record.position)")
            }
            row.element("td", ["class": "time"]) { cell in
                time(record.recordedAt, in: &cell)
                if let occurred = record.occurredAt {
                    cell.element("small") { small in
                        small.write("happened ")
                        time(occurred, in: &small)
                    }
                }
            }
            row.element("td") { what(record, in: &$0) }
            row.element("td") { who(record, in: &$0) }
            row.element("td") { changed(step.difference, in: &$0) }
        }
        page.newLine()
    }

    private func time(_ time: Timestamp, in page: inout Markup) {
        page.element("time", ["datetime": time.description], text: times.text(time))
    }

    private func what(_ record: EventRecord, in page: inout Markup) {
        ReportShapes.symbol(record.event.kind, in: &page)
        page.element("b", text: record.event.wireName)
        if let credential = record.event.credential, let number = numbers[credential] {
            page.write(" ")
            page.element("span", ["class": "no"]) { badge in
                badge.element("span", ["class": "off"], text: "account ")
                badge.write("\(number)")
            }
        }
        page.element("small") { $0.foreign(RecordText(times: times).what(record.event)) }
    }

    private func who(_ record: EventRecord, in page: inout Markup) {
        page.foreign(RecordText.text(record.actor))
        for (name, value) in [
            ("correlation", record.correlationID?.text), ("cause", record.causationID?.text),
            ("key", record.idempotencyKey?.text),
        ] {
            guard let value else { continue }
            page.element("small") { small in
                small.write("\(name) ")
                small.foreign(value)
            }
        }
    }

    private func changed(_ difference: UserDifference, in page: inout Markup) {
        guard !difference.isEmpty else { return page.element("small", text: "no account") }
        page.element("ul") { list in
            for change in difference.credentials { write(change, in: &list) }
            for change in difference.selections { write(change, in: &list) }
        }
    }

    private func write(_ change: UserDifference.Change<Credential>, in list: inout Markup) {
        guard let credential = change.after else { return }
        let row = RowChange(change)
        let name = words.name(credential.id)
        list.element("li") { item in
            item.write(row.manner == .changed ? name : "\(name) \(row.manner.rawValue)")
            for (index, line) in row.lines.enumerated() {
                item.write(index == 0 ? ": " : "; ")
                guard !line.field.isEmpty else {
                    item.foreign(row.manner == .added ? line.after : line.before)
                    continue
                }
                item.write(line.field + " ")
                let isTime = line.field.hasSuffix("At") || line.field == "validUntil"
                write(
                    from: isTime ? short(line.before) : line.before,
                    to: isTime ? short(line.after) : line.after, in: &item)
            }
        }
    }

    /// A time as the other columns show it.
    private func short(_ text: String) -> String {
        Timestamp(rfc3339: text).map { times.text($0) } ?? text
    }

    private func write(_ change: UserDifference.Change<Selection>, in list: inout Markup) {
        guard let toolkit = (change.after ?? change.before)?.toolkit else { return }
        let (before, after) = (words.text(change.before), words.text(change.after))
        list.element("li") { item in
            item.foreign(toolkit.text)
            item.write(": ")
            if before == after {
                item.write(words.movement(from: change.before, to: change.after))
            } else {
                write(from: before, to: after, in: &item)
            }
        }
    }

    private func write(from before: String, to after: String, in item: inout Markup) {
        item.element("del") { $0.foreign(before) }
        item.write(" → ")
        item.element("ins") { $0.foreign(after) }
    }
}
