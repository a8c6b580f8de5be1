internal import AccountLedger
internal import ArgumentParser
internal import LedgerDomain
internal import LedgerFormat
internal import LedgerProjections
internal import LedgerStorage

/// Lists the records that a reactor could not deliver.
struct ParkedList: Subcommand {
    static let configuration = CommandConfiguration(
        "list", "List the records that a reactor could not deliver.",
        "Exit code 0 where none is parked, 1 where some are.",
        example: "parked list --reactor mailer")

    @OptionGroup var global: GlobalOptions
    @OptionGroup var option: ReactorOption

    func run(on console: Console) async throws(CommandFailure) -> ExitStatus {
        let parked = try option.use(global, console, .readOnly) {
            (store) throws(ReactorError) in
            try store.parkedRecords(after: .start, limit: .max)
        }
        if global.json {
            let status: Envelope.Status = parked.isEmpty ? .ok : .found
            let envelope = Envelope(status, data: .array(parked.map(Self.json)))
            try console.output.writeLine(envelope.json.serialized)
        } else {
            try console.output.write(text(parked, console))
        }
        return parked.isEmpty ? .fine : .found
    }

    private static func json(_ parked: ParkedRecord) -> JSONValue {
        JSONValue([
            "position": .number(parked.position.number),
            "id": .string(parked.id.description),
            "event": .string(parked.event),
            "attempts": .integer(Int64(parked.attempts)),
            "firstFailedAt": .time(parked.firstFailedAt),
            "lastFailedAt": .time(parked.lastFailedAt),
            "failure": .string(parked.failure),
            "due": .bool(parked.isDue),
        ])
    }

    private func text(_ parked: [ParkedRecord], _ console: Console) -> String {
        guard !parked.isEmpty else { return "Nothing is parked.\n" }
        let times = global.times(console)
        var table = Table([
            "POSITION", "EVENT", "ATTEMPTS", "FIRST FAILED", "LAST FAILED", "FAILURE",
        ])
        for record in parked {
            table.add([
                .init(record.position.description), .init(record.event),
                .init("\(record.attempts)" + (record.isDue ? ", due again" : "")),
                .init(times.text(record.firstFailedAt)), .init(times.text(record.lastFailedAt)),
                .init(record.failure, .red),
            ])
        }
        return table.text(global.style(console))
    }
}
