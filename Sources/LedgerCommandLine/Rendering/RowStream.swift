internal import LedgerFormat

/// The envelope of an answer whose rows are too many to be kept: each is written as it is found.
///
/// Its first row makes the status `found`; without any it is `ok`.
struct RowStream: ~Copyable {
    private let output: TextOutput
    private let found = Envelope(.found, data: .array([])).json.serialized
    private(set) var count = 0

    init(_ output: TextOutput) {
        self.output = output
    }

    /// Writes a row.
    mutating func add(_ row: JSONValue) throws(CommandFailure) {
        try output.write(count == 0 ? String(found.prefix(upTo: middle)) : ",")
        try output.write(row.serialized)
        count += 1
    }

    /// Ends the envelope.
    ///
    /// - Parameter failure: What ended the work before its time.
    func end(_ failure: CommandFailure? = nil) throws(CommandFailure) {
        let diagnostics = failure.map { [$0.diagnostic] } ?? []
        guard count > 0 else {
            // Without a row the program writes the envelope of a failure itself.
            if failure == nil {
                try output.writeLine(Envelope(.ok, data: .array([])).json.serialized)
            }
            return
        }
        let envelope = Envelope(.found, data: .array([]), diagnostics: diagnostics)
        try output.writeLine(String(envelope.json.serialized.suffix(from: middle)))
    }

    /// Behind the bracket that opens the rows.
    private var middle: String.Index {
        found.firstRange(of: "[")?.upperBound ?? found.endIndex
    }
}
