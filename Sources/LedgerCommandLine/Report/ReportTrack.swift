internal import LedgerAudit
internal import LedgerDomain

/// Bars and marks along the time line of a report.
struct ReportTrack {
    /// A piece of a bar.
    struct Piece {
        /// What it is drawn as.
        var kind: String
        var from: TimeScale.Place
        var to: TimeScale.Place
        /// What it stands for, in words.
        var words: String
        /// What is written in it where there is room.
        var caption: String?
    }

    /// An event on the line.
    struct Mark {
        let position: Position
        let kind: EventKind
        let place: TimeScale.Place
        let time: Timestamp
    }

    /// A piece that is narrower cannot be seen.
    private static let narrowest = 40
    /// Marks that are nearer to each other are drawn as one, with their number, which takes more
    /// room where it has more digits.
    private static let nearest = (few: 400, many: 1000)
    private static let few = 100
    private static let captionWidth = 300

    let scale: TimeScale
    let times: TimeText

    /// Joins pieces that are too narrow to be seen side by side into one that says so.
    func joined(_ pieces: [Piece]) -> [Piece] {
        var joined: [Piece] = []
        var count = 0
        for piece in pieces {
            let isNarrow = piece.to.share - piece.from.share < Self.narrowest
            if let last = joined.last, isNarrow, count > 0,
                piece.to.share - last.from.share < 3 * Self.narrowest || last.kind == "mixed"
            {
                count += 1
                let index = joined.count - 1
                joined[index].to = piece.to
                joined[index].kind = "mixed"
                joined[index].caption = nil
                joined[index].words = "\(count) changes in short time"
            } else {
                joined.append(piece)
                count = isNarrow ? 1 : 0
            }
        }
        return joined
    }

    /// Draws the line: pieces on one level, open authorizations above, marks below.
    func draw(
        _ pieces: [Piece], over: [Piece] = [], marks: [Mark], label: String,
        in page: inout Markup
    ) {
        page.element(
            "svg",
            [
                "class": "track", "width": "100%", "height": "56", "role": "group",
                "aria-label": label,
            ]
        ) { svg in
            for tick in scale.ticks {
                let place = tick.place.description
                svg.empty(
                    "line", ["class": "grid", "x1": place, "x2": place, "y1": "0", "y2": "56"])
            }
            for piece in over { draw(piece, y: 1, height: 5, in: &svg) }
            for piece in pieces {
                let isThin = piece.kind == "revoked" || piece.kind == "nothing"
                draw(piece, y: isThin ? 15 : 9, height: isThin ? 8 : 20, in: &svg)
            }
            for group in grouped(marks) { draw(group, in: &svg) }
        }
        page.newLine()
    }

    private func draw(_ piece: Piece, y: Int, height: Int, in svg: inout Markup) {
        let width = max(piece.to.share - piece.from.share, Self.narrowest)
        svg.element(
            "rect",
            [
                "class": "b-" + piece.kind, "x": piece.from.description, "y": "\(y)",
                "width": TimeScale.Place(share: width).description, "height": "\(height)",
            ]
        ) { $0.element("title", text: piece.words) }
        guard let caption = piece.caption, width >= Self.captionWidth else { return }
        let middle = TimeScale.Place(share: piece.from.share + width / 2)
        svg.element(
            "text",
            ["class": "cap", "x": middle.description, "y": "\(y + height / 2 + 4)"], text: caption)
    }

    private func grouped(_ marks: [Mark]) -> [[Mark]] {
        let nearest = marks.count > Self.few ? Self.nearest.many : Self.nearest.few
        var groups: [[Mark]] = []
        for mark in marks {
            if let first = groups.last?.first, mark.place.share - first.place.share < nearest {
                groups[groups.count - 1].append(mark)
            } else {
                groups.append([mark])
            }
        }
        return groups
    }

    /// A mark, or the number of several; it leads to the first row of the table.
    private func draw(_ marks: [Mark], in svg: inout Markup) {
        guard let first = marks.first, let last = marks.last else { return }
        let words =
            marks.count == 1
            ? "Position \(first.position): \(ReportShapes.words(first.kind)),"
                + " \(times.text(first.time))"
            : "\(marks.count) events, positions \(first.position) to \(last.position): "
                + Self.counts(marks)
        svg.element("a", ["href": "#p\(first.position)", "aria-label": words]) { link in
            link.element("title", text: words)
            let place = first.place.description
            guard marks.count > 1 else {
                let shape = ReportShapes.shape(first.kind)
                link.empty("use", ["href": "#" + shape, "x": place, "y": "43"])
                return
            }
            link.element("svg", ["class": "many", "x": place, "y": "43"]) { group in
                let digits = String(marks.count)
                let width = 10 + 7 * digits.utf8.count
                group.empty(
                    "rect",
                    [
                        "x": "-7", "y": "-9", "width": "\(width)", "height": "18", "rx": "9",
                    ])
                group.element("text", ["x": "\(width / 2 - 7)", "y": "4"], text: digits)
            }
        }
    }

    /// How many events of each kind, in the order of the kinds.
    private static func counts(_ marks: [Mark]) -> String {
        EventKind.allCases.compactMap { kind in
            let count = marks.count { $0.kind == kind }
            return count == 0 ? nil : "\(count) \(ReportShapes.words(kind))"
        }.joined(separator: ", ")
    }

    /// Draws the line of times above the tracks.
    func axis(in page: inout Markup) {
        page.element("div", ["class": "lane axis", "aria-hidden": "true"]) { lane in
            lane.element("div", ["class": "who"], text: "Time of recording, UTC")
            lane.element("svg", ["class": "axis", "width": "100%", "height": "20"]) { svg in
                for (index, tick) in scale.ticks.enumerated() {
                    let share = tick.place.share
                    let anchor = share < 600 ? "start" : share > 9400 ? "end" : "middle"
                    svg.element(
                        "text",
                        [
                            "x": tick.place.description, "y": "14", "text-anchor": anchor,
                            "class": index % 2 == 1 ? "wide" : nil,
                        ], text: tick.label)
                }
            }
        }
        page.newLine()
    }
}
