internal import AccountLedger
internal import LedgerDomain
internal import LedgerFormat

/// Restores a ledger from the lines that it was exported as under CloudEvents.
struct CloudEventImport {
    private static let chunkLength = 256 << 10

    private let path: String
    private let batch: Int
    private let console: Console
    private let input: StoppableInput
    private let reader = CloudEventReader()
    private var splitter = LineSplitter(maximumLength: CloudEventReader.maximumLength)
    private var waiting: ArraySlice<LineSplitter.Line> = []
    private var isAtEnd = false
    /// Whether the wish to stop came before the end.
    private var isStopped = false
    /// The number of the last line read.
    private var line = 0

    /// Reads from a file.
    ///
    /// - Parameters:
    ///   - input: The file.
    ///   - path: The directory of the ledger.
    ///   - batch: About how many records share a commit.
    ///   - console: Where the work is told of.
    init(_ input: InputFile, into path: String, batch: Int, on console: Console) {
        self.path = path
        self.batch = batch
        self.console = console
        self.input = StoppableInput(console.interruption, read: input.reader)
    }

    /// What was restored.
    struct Summary {
        let ledger: String
        let path: String
        let head: Position
        let written: Int
        let present: Int

        var json: JSONValue {
            JSONValue([
                "ledger": .string(ledger), "path": .string(path), "head": .number(head.number),
                "restored": .integer(Int64(written)), "present": .integer(Int64(present)),
            ])
        }

        var text: String {
            "Restored the log up to position \(head) into \(path): \(written) records written,"
                + " \(present) there already."
        }
    }

    /// Restores the ledger; nothing is made before the first line was found to be right.
    mutating func run() async throws(CommandFailure) -> Summary {
        let header = try await header()
        var restoration: Restoration
        do { restoration = try Restoration(of: header, at: path, batch: batch) } catch {
            throw CommandFailure(error)
        }
        var progress = Progress(on: console)
        while let bytes = try await nextLine() {
            guard try take(bytes, of: header.ledgerID, into: &restoration) else { continue }
            progress.update("\(restoration.position) records restored")
            if console.interruption.isRequested { isStopped = true }
        }
        progress.clear()
        try end(&restoration)
        return Summary(
            ledger: restoration.id, path: restoration.path, head: restoration.position,
            written: restoration.written, present: restoration.present)
    }

    private mutating func header() async throws(CommandFailure) -> LedgerHeader {
        let bytes = try await nextLine()
        if isStopped { throw .stopped("Stopped before anything was restored. Run it again.") }
        guard let bytes, case .header(let header) = try decode(bytes, nil).content else {
            throw CommandFailure(
                .unusable, code: "noHeader",
                "Line 1 is not the event that an export without --from and --user begins with."
                    + " Nothing was restored.")
        }
        return header
    }

    /// Takes a record in; answers whether records were committed.
    private func take(
        _ bytes: LineSplitter.Line, of ledger: [UInt8], into restoration: inout Restoration
    ) throws(CommandFailure) -> Bool {
        let read = try decode(bytes, restoration.position)
        guard case .record(let stored) = read.content else {
            throw invalid("type", "is that of the first line", restoration.position)
        }
        guard read.ledger == ledger else {
            throw invalid("source", "is another ledger than in line 1", restoration.position)
        }
        do { return try restoration.take(stored) } catch {
            throw failure(error, restoration.position)
        }
    }

    private func end(_ restoration: inout Restoration) throws(CommandFailure) {
        do {
            guard isStopped else { return try restoration.finish() }
            try restoration.commit()
        } catch {
            throw failure(error, restoration.position)
        }
        throw .stopped(
            "Stopped after position \(restoration.position). Run it again to go on; what is"
                + " restored stays.")
    }
}

extension CloudEventImport {
    /// The next line, none at the end or where somebody wishes to stop.
    private mutating func nextLine() async throws(CommandFailure) -> LineSplitter.Line? {
        while !isStopped {
            if let next = waiting.popFirst() {
                line += 1
                return next
            }
            if isAtEnd { return nil }
            switch await input.next(upTo: Self.chunkLength) {
            case .stopped: isStopped = true
            case .failed(let error): throw CommandFailure(error)
            case .bytes(let bytes):
                isAtEnd = bytes.isEmpty
                let rest = isAtEnd ? splitter.finish().map { [$0] } : splitter.push(bytes)
                waiting = (rest ?? [])[...]
            }
        }
        return nil
    }

    private func decode(
        _ line: LineSplitter.Line, _ position: Position?
    ) throws(CommandFailure) -> CloudEventReader.Line {
        guard case .bytes(let bytes) = line else {
            let limit = CloudEventReader.maximumLength
            throw invalid("line", "is longer than \(limit) bytes", position)
        }
        do { return try reader.decode(bytes) } catch {
            throw invalid(error.field, error.reason, position)
        }
    }

    private func invalid(
        _ field: String, _ reason: String, _ position: Position?
    ) -> CommandFailure {
        CommandFailure(
            .unusable, code: "invalidLine",
            "Line \(line): \(field) \(reason). \(Self.rest(position))")
    }

    private func failure(_ error: RestorationError, _ position: Position) -> CommandFailure {
        let failure = CommandFailure(error)
        switch error.code {
        case .otherLedger, .differs, .longer, .ledger: return failure
        case .outOfOrder, .impossible, .cannotFollow, .incomplete:
            // A record is folded with those that share its commit; its line is known all the same.
            let place = error.code == .outOfOrder ? nil : error.position.map { $0.number + 1 }
            return CommandFailure(
                failure.status, code: failure.code,
                "Line \(place ?? UInt64(line)): \(failure.message) \(Self.rest(position))")
        }
    }

    private static func rest(_ position: Position?) -> String {
        guard let position, position > .start else { return "Nothing was restored." }
        return "What is before it is restored up to position \(position)."
    }
}

extension CommandFailure {
    fileprivate init(_ error: RestorationError) {
        if case .ledger(let error) = error.code {
            self.init(error)
        } else {
            self.init(.unusable, code: error.code.name, error.message)
        }
    }
}

extension RestorationError.Code {
    /// The name for programs; stable.
    fileprivate var name: String {
        switch self {
        case .otherLedger: "otherLedger"
        case .outOfOrder: "outOfOrder"
        case .impossible: "impossible"
        case .cannotFollow: "cannotFollow"
        case .differs: "differs"
        case .longer: "longer"
        case .incomplete: "incomplete"
        case .ledger: "other"
        }
    }
}
