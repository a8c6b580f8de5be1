/// The one line that a subcommand takes from standard input.
enum FirstLine {
    /// The most bytes of the line; what is asked for this way is much shorter.
    private static let maximumLength = 4096

    /// Reads up to the first line feed or the end; `noun` says what the line is to bring.
    static func read(
        from source: ByteSource, _ noun: String
    ) throws(CommandFailure) -> String {
        var bytes: [UInt8] = []
        var isAtEnd = false
        while !isAtEnd, !bytes.contains(lineFeed), bytes.count <= maximumLength {
            let more: [UInt8]
            do { more = try source(maximumLength) } catch { throw CommandFailure(error) }
            bytes += more
            isAtEnd = more.isEmpty
        }
        var line = bytes.prefix { $0 != lineFeed }
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        guard !line.isEmpty, line.count <= maximumLength,
            let text = String(validating: line, as: UTF8.self)
        else {
            throw .usage("The first line of standard input is no \(noun). Write one there.")
        }
        return text
    }

    private static let lineFeed = UInt8(ascii: "\n")
}
