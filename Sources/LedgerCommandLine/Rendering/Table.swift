/// Rows of text in columns of equal width; what could move a terminal's cursor is written out.
struct Table {
    /// A field of a row.
    struct Cell {
        let text: String
        let mark: Style.Mark

        init(_ text: String?, _ mark: Style.Mark = .plain) {
            self.text = text?.harmless ?? "-"
            self.mark = mark
        }
    }

    private static let gap = "  "

    private let header: [Cell]
    private(set) var rows: [[Cell]] = []

    /// Begins a table with a header, or one that has none.
    init(_ columns: [String] = []) {
        header = columns.map { Cell($0, .bold) }
    }

    mutating func add(_ cells: [Cell]) {
        rows.append(cells)
    }

    /// The lines, each ended; nothing where there are no rows and no header.
    func text(_ style: Style) -> String {
        let lines = (header.isEmpty ? [] : [header]) + rows
        let widths = Self.widths(lines)
        return lines.map { Self.line($0, widths, style) + "\n" }.joined()
    }

    private static func widths(_ lines: [[Cell]]) -> [Int] {
        var widths: [Int] = []
        for line in lines {
            for (index, cell) in line.enumerated() {
                if index == widths.count { widths.append(0) }
                widths[index] = max(widths[index], cell.text.displayWidth)
            }
        }
        return widths
    }

    /// The last field that says something ends the line: nothing is filled up after it.
    private static func line(_ cells: [Cell], _ widths: [Int], _ style: Style) -> String {
        let count = (cells.lastIndex { !$0.text.isEmpty } ?? -1) + 1
        var line = ""
        for (index, cell) in cells.prefix(count).enumerated() {
            line += style.apply(cell.mark, to: cell.text)
            guard index + 1 < count else { break }
            let fill = widths[index] - cell.text.displayWidth
            line += String(repeating: " ", count: fill) + gap
        }
        return line
    }
}

extension String {
    /// The text with line breaks, control characters and marks of direction written out.
    ///
    /// Labels, e-mail addresses and names may hold all of them.
    var harmless: String {
        guard !isPlain, unicodeScalars.contains(where: { $0.isHarmful }) else { return self }
        return unicodeScalars.map { $0.isHarmful ? $0.escaped(asASCII: true) : String($0) }.joined()
    }

    /// How many columns of a terminal the text takes.
    var displayWidth: Int {
        isPlain ? utf8.count : reduce(0) { $0 + $1.displayWidth }
    }

    /// Whether it holds printable ASCII only, as most texts do; to look a character's properties
    /// up costs more than all else that a line takes.
    private var isPlain: Bool { utf8.allSatisfy { (0x20...0x7E).contains($0) } }
}

extension Unicode.Scalar {
    fileprivate var isHarmful: Bool {
        switch properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        case .format: properties.isBidiControl
        default: false
        }
    }
}

extension Character {
    /// The blocks of East Asian wide and full-width characters.
    private static let wide: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF,
        0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x20000...0x3FFFD,
    ]

    fileprivate var displayWidth: Int {
        guard let scalar = unicodeScalars.first, !scalar.isASCII else { return 1 }
        if scalar.properties.isEmojiPresentation { return 2 }
        return Self.wide.contains { $0.contains(scalar.value) } ? 2 : 1
    }
}
