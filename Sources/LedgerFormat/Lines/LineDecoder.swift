package import LedgerDomain

/// Reads the lines that bring commands: one JSON object a line.
///
/// What is wrong with a line is a refusal, so that the next line can be read. Checked are, in this
/// order: the line as a whole, `command`, fields that the command does not have, then the fields
/// in the order of the design: those of the command, the envelope's, `now`. The limits of texts
/// and numbers are left to the decision, and the form of a state or credential is left to the
/// lookup.
package struct LineDecoder: Sendable {
    /// The most bytes of a line, without its line feed: 1 MiB.
    package static let maximumLength = 1 << 20

    /// A command, with the time that its line brought.
    package struct Line: Hashable, Sendable {
        package var command: Command
        /// The ledger's clock for this command; only where the clock is simulated.
        package var now: Timestamp?

        package init(command: Command, now: Timestamp?) {
            self.command = command
            self.now = now
        }
    }

    /// Whether each line brings the ledger's clock; elsewhere `now` is an unknown field.
    package let simulatesClock: Bool

    package init(simulatesClock: Bool) {
        self.simulatesClock = simulatesClock
    }

    /// Reads one line, without its line feed.
    package func decode(_ bytes: [UInt8]) -> Result<Line, Refusal> {
        do {
            return .success(try line(bytes))
        } catch {
            return .failure(.invalid(field: error.field, reason: error.reason))
        }
    }

    private func line(_ bytes: [UInt8]) throws(FieldError) -> Line {
        let members = try JSONParser.members(bytes, of: "line")
        let form = try Self.form(members)
        let envelope = CommandForm.envelope + (simulatesClock ? ["now"] : [])
        let fields = try FieldReader(
            members, knownNames: ["command"] + form.fields + envelope, owner: form.name)
        let action = try form.read(fields)
        let context = try CommandContext(fields)
        return Line(
            command: Command(action, context: context),
            now: simulatesClock ? try Self.now(fields) : nil)
    }

    private static func now(_ fields: FieldReader) throws(FieldError) -> Timestamp {
        let now = try fields.time("now")
        guard now.canBeNow else {
            throw FieldError("now", "is on the last day of the year 9999, or after it")
        }
        return now
    }

    private static func form(_ members: [JSONValue.Member]) throws(FieldError) -> CommandForm {
        let member = members.first { $0.name.utf8.elementsEqual("command".utf8) }
        guard let member else { throw FieldError("command", "is required") }
        if case .null = member.value { throw FieldError("command", "must not be null") }
        guard case .string(let name) = member.value else {
            throw FieldError("command", "must be a string")
        }
        for form in CommandForm.all where form.name.utf8.elementsEqual(name.utf8) { return form }
        let names = CommandForm.all.map(\.name).joined(separator: ", ")
        throw FieldError("command", "is none of \(names)")
    }
}

extension CommandContext {
    fileprivate init(_ fields: FieldReader) throws(FieldError) {
        let actor = try fields.optionalObject("actor", knownNames: ["kind", "id"])
        self.init(
            actor: try actor.map(LedgerActor.init) ?? .application,
            occurredAt: try fields.optionalTime("occurredAt"),
            idempotencyKey: try fields.optionalIdentifier("idempotencyKey"),
            expectedUserVersion: try fields.optionalInteger(
                "expectedUserVersion", in: 0...Int64.max
            )
            .map { UserVersion(UInt64($0)) },
            correlationID: try fields.optionalIdentifier("correlationID"),
            causationID: try fields.optionalIdentifier("causationID"))
    }
}

extension LedgerActor {
    fileprivate init(_ fields: FieldReader) throws(FieldError) {
        self.init(kind: try fields.choice("kind"), id: try fields.optionalText("id"))
    }
}
