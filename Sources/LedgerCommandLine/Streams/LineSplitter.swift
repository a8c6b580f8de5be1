/// Cuts a stream of bytes into lines, and keeps no more of a line than a line may have.
struct LineSplitter {
    /// A line without its line feed.
    enum Line: Hashable {
        case bytes([UInt8])
        /// The line is longer than lines may be; nothing of it was kept.
        case tooLong
    }

    private static let lineFeed = UInt8(ascii: "\n")

    private let maximumLength: Int
    private var rest: [UInt8] = []
    private var isSkipping = false

    init(maximumLength: Int) {
        self.maximumLength = maximumLength
    }

    /// Takes the next bytes in and gives the lines that end in them.
    mutating func push(_ bytes: [UInt8]) -> [Line] {
        var lines: [Line] = []
        var unread = bytes[...]
        while let end = unread.firstIndex(of: Self.lineFeed) {
            take(unread[..<end])
            lines.append(endLine())
            unread = unread[end...].dropFirst()
        }
        take(unread)
        return lines
    }

    /// Gives the last line, if the bytes do not end with a line feed.
    mutating func finish() -> Line? {
        rest.isEmpty && !isSkipping ? nil : endLine()
    }

    private mutating func take(_ bytes: ArraySlice<UInt8>) {
        guard !isSkipping else { return }
        guard rest.count + bytes.count <= maximumLength else {
            isSkipping = true
            rest = []
            return
        }
        rest += bytes
    }

    private mutating func endLine() -> Line {
        defer {
            rest = []
            isSkipping = false
        }
        return isSkipping ? .tooLong : .bytes(rest)
    }
}
