internal import AccountLedger
internal import LedgerDomain
internal import LedgerFormat

/// Carries out the commands that lines bring, and answers each line in its place.
struct CommandStream {
    /// The most commands that share a commit.
    private static let commandsPerCommit = 256
    /// The bytes asked for at once: what a pipe holds.
    private static let chunkLength = 64 << 10

    private let ledger: Ledger
    private let console: Console
    private let input: StoppableInput
    private let decoder: LineDecoder
    private var splitter = LineSplitter(maximumLength: LineDecoder.maximumLength)
    /// How many lines were answered.
    private(set) var lines = 0
    /// How many of them were refused.
    private(set) var refused = 0

    init(_ ledger: Ledger, on console: Console) {
        self.ledger = ledger
        self.console = console
        input = StoppableInput(console.interruption, read: console.input)
        decoder = LineDecoder(simulatesClock: ledger.usesSimulatedClock)
    }

    /// Answers all lines up to the end of the input; false where the wish to stop came first.
    mutating func run() async throws(CommandFailure) -> Bool {
        while true {
            switch await input.next(upTo: Self.chunkLength) {
            case .stopped: return false
            case .failed(let error): throw CommandFailure(error)
            case .bytes(let bytes) where bytes.isEmpty:
                return try await answer(splitter.finish().map { [$0] } ?? [])
            case .bytes(let bytes):
                guard try await answer(splitter.push(bytes)) else { return false }
            }
        }
    }

    /// Answers lines a commit at a time; false where the wish to stop came before the last of them.
    private mutating func answer(_ lines: [LineSplitter.Line]) async throws(CommandFailure) -> Bool
    {
        var rest = lines[...]
        while !rest.isEmpty {
            guard !console.interruption.isRequested else { return false }
            let group = rest.prefix(Self.commandsPerCommit).map(decode)
            rest = rest.dropFirst(group.count)
            try await answer(group)
        }
        return true
    }

    /// The commands of a group share a commit; what was no command is answered between them.
    private mutating func answer(
        _ group: [Result<LineDecoder.Line, Refusal>]
    ) async throws(CommandFailure) {
        let decoded = group.compactMap { try? $0.get() }
        let times = ledger.usesSimulatedClock ? decoded.compactMap(\.now) : nil
        var outcomes: ArraySlice<Outcome>
        do {
            outcomes = try await ledger.execute(decoded.map(\.command), at: times)[...]
        } catch {
            throw CommandFailure(error).afterLine(lines)
        }
        for line in group {
            switch line {
            case .failure(let refusal): try write(.refused(refusal))
            case .success: if let outcome = outcomes.popFirst() { try write(outcome) }
            }
        }
        try console.output.flush()
    }

    private func decode(_ line: LineSplitter.Line) -> Result<LineDecoder.Line, Refusal> {
        switch line {
        case .bytes(let bytes): decoder.decode(bytes)
        case .tooLong:
            .failure(
                .invalid(
                    field: "line", reason: "is longer than \(LineDecoder.maximumLength) bytes"))
        }
    }

    private mutating func write(_ outcome: Outcome) throws(CommandFailure) {
        lines += 1
        if outcome.refusal != nil { refused += 1 }
        try console.output.writeLine(OutcomeLine.json(outcome, line: lines).serialized)
    }
}

extension CommandFailure {
    /// The failure, saying up to which line everything was answered.
    fileprivate func afterLine(_ line: Int) -> CommandFailure {
        CommandFailure(status, code: code, "After line \(line): \(message)")
    }
}
