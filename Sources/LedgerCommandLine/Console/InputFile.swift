internal import LedgerStorage

/// A file that a subcommand reads, or standard input where its name is `-`.
struct InputFile {
    /// Gives the next bytes of the file with each call, none at its end.
    let reader: ByteSource
    /// Which file it is, where that is known.
    let identity: FileIdentity?

    init(_ name: String, _ console: Console) throws(InputFailure) {
        if name == "-" {
            reader = console.input
            identity = console.inputIdentity
            return
        }
        let file = OpenFile(try FileReader(path: name))
        reader = { count throws(InputFailure) in try file.reader.read(upTo: count) }
        identity = try file.reader.identity()
    }
}

/// A file that is read by one thread at a time and closed with the last reference.
private final class OpenFile: Sendable {
    let reader: FileReader

    init(_ reader: consuming FileReader) {
        self.reader = reader
    }
}
