internal import LedgerStorage
internal import Synchronization

/// A file that a subcommand reads, or standard input where its name is `-`.
enum InputFile {
    /// Gives the next bytes of the file with each call, none at its end.
    static func reader(
        of name: String, _ console: Console
    ) throws(InputFailure) -> ByteSource {
        if name == "-" { return console.input }
        let file = OpenFile(try FileReader(path: name))
        return { count throws(InputFailure) in try file.reader.read(upTo: count) }
    }
}

/// A file that is read by one thread at a time and closed with the last reference.
private final class OpenFile: Sendable {
    let reader: FileReader

    init(_ reader: consuming FileReader) {
        self.reader = reader
    }
}
