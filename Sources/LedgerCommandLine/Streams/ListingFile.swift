internal import LedgerDomain
internal import LedgerFormat

/// A file of listed grants, a JSON object a line.
struct ListingFile {
    private static let chunkLength = 256 << 10

    private let input: StoppableInput
    private var splitter = LineSplitter(maximumLength: LineDecoder.maximumLength)
    private var grants: [ListedGrant] = []
    private var lines = 0

    private init(_ input: StoppableInput) {
        self.input = input
    }

    /// Reads all grants; one line that is no grant refuses the file.
    ///
    /// - Parameters:
    ///   - name: The file, or `-` for standard input.
    ///   - mustEnd: Whether the last line has to be ended, because the file must not be cut off.
    static func grants(
        _ name: String, mustEnd: Bool, _ console: Console
    ) async throws(CommandFailure) -> [ListedGrant] {
        let file: InputFile
        do { file = try InputFile(name, console) } catch { throw CommandFailure(error) }
        var listing = ListingFile(StoppableInput(console.interruption, read: file.reader))
        try await listing.read(mustEnd: mustEnd)
        return listing.grants
    }

    private mutating func read(mustEnd: Bool) async throws(CommandFailure) {
        while true {
            switch await input.next(upTo: Self.chunkLength) {
            case .failed(let error): throw CommandFailure(error)
            case .stopped: throw .stopped("Stopped while reading the listing. Nothing was done.")
            case .bytes(let bytes) where bytes.isEmpty:
                guard let last = splitter.finish() else { return }
                if mustEnd {
                    throw Self.failure(
                        lines + 1,
                        "has no line feed: the file may be cut off. Write it again, or call it"
                            + " --partial.")
                }
                return try take(last)
            case .bytes(let bytes):
                for line in splitter.push(bytes) { try take(line) }
            }
        }
    }

    private mutating func take(_ line: LineSplitter.Line) throws(CommandFailure) {
        lines += 1
        guard case .bytes(let bytes) = line else {
            throw Self.failure(lines, "is longer than \(LineDecoder.maximumLength) bytes.")
        }
        do throws(FieldError) {
            grants.append(try ListingReader.grant(bytes))
        } catch {
            let field = error.field == "line" ? "" : "is no grant: its \(error.field) "
            throw Self.failure(lines, "\(field)\(error.reason).")
        }
    }

    private static func failure(_ line: Int, _ what: String) -> CommandFailure {
        CommandFailure(
            .unusable, code: "invalidListing",
            "Line \(line) of the listing \(what) Nothing was compared.")
    }
}
