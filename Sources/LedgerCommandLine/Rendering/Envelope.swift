internal import LedgerFormat

/// Something that the caller should know beside the data.
struct Diagnostic: Hashable {
    /// The name for programs; stable.
    let code: String
    /// The words for people.
    let message: String
}

/// The one object that a subcommand writes with `--json`.
struct Envelope {
    enum Status: String {
        /// Fine or identical.
        case ok
        /// It ran and found what it looks for.
        case found
        /// It could not run to its end, or the log is broken.
        case error
    }

    private static let version: Int64 = 1

    let status: Status
    let data: JSONValue
    let diagnostics: [Diagnostic]

    init(_ status: Status, data: JSONValue, diagnostics: [Diagnostic] = []) {
        self.status = status
        self.data = data
        self.diagnostics = diagnostics
    }

    /// The envelope of what could not be answered; a refused look has no rows.
    init(_ failure: CommandFailure) {
        self.init(
            failure.status == .found ? .found : .error,
            data: failure.status == .found ? .array([]) : .null,
            diagnostics: [failure.diagnostic])
    }

    var json: JSONValue {
        JSONValue([
            "version": .integer(Self.version),
            "status": .string(status.rawValue),
            "data": data,
            "diagnostics": .array(
                diagnostics.map {
                    JSONValue(["code": .string($0.code), "message": .string($0.message)])
                }),
        ])
    }
}
