internal import LedgerDomain

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Reads lines that a ledger was exported as under CloudEvents 1.0, to restore it.
///
/// What is restored are the stored bytes. The rest of a line has to say exactly what they say, so
/// that a line which was edited, damaged or cut off is an error with the name of the field. The
/// order of the members and the way in which a time is written do not matter: a line may have gone
/// through other software that takes CloudEvents.
package struct CloudEventReader: Sendable {
    /// The most bytes of a line, without its line feed: the largest record fits twice.
    package static let maximumLength = 1 << 20

    /// What a line brought.
    package struct Line: Hashable, Sendable {
        package enum Content: Hashable, Sendable {
            case header(LedgerHeader)
            case record(StoredRecord)
        }

        /// The id of the ledger that was exported.
        package let ledger: [UInt8]
        package let content: Content
    }

    private let versions: EventVersions

    /// Reads the versions of events that are listed.
    package init(as versions: EventVersions = .current) {
        self.versions = versions
    }

    /// Reads one line, without its line feed.
    package func decode(_ bytes: [UInt8]) throws(FieldError) -> Line {
        let members = try JSONParser.members(bytes, of: "line")
        let fields = try FieldReader(
            members, knownNames: CloudEventLine.members, owner: "an exported event")
        guard try fields.text("specversion") == "1.0" else {
            throw FieldError("specversion", "is not 1.0, the version of CloudEvents that is read")
        }
        let type = try fields.text("type")
        guard let ledger = CloudEventSource.ledger(try fields.text("source")) else {
            throw FieldError("source", "names no ledger, as account-ledger: and its id do")
        }
        if type == CloudEventType.created {
            let (header, line) = try header(fields)
            try expect(.object(members), toSay: line)
            return Line(ledger: ledger, content: .header(header))
        }
        let stored = try record(fields, type)
        try expect(.object(members), toSay: CloudEventLine(ledger: ledger).json(stored))
        return Line(ledger: ledger, content: .record(stored))
    }

    private func record(
        _ fields: FieldReader, _ type: String
    ) throws(FieldError) -> StoredRecord {
        let names = versions.wireNames.values
        guard let name = CloudEventType.wireName(of: type), names.contains(name) else {
            throw FieldError(
                "type", "is no version of an event that is known here; use a newer version")
        }
        let bytes = try storedBytes(fields)
        do {
            return StoredRecord(try RecordCodec.decode(bytes, as: versions), bytes)
        } catch {
            throw FieldError("storedbytes", "are no record: \(error)")
        }
    }

    /// The header that a line brings, and the line that it would be written as.
    private func header(
        _ fields: FieldReader
    ) throws(FieldError) -> (LedgerHeader, JSONValue) {
        let bytes = try storedBytes(fields)
        do {
            let header = try LedgerHeader(decoding: bytes)
            guard try header.encode() == bytes else { throw FormatError(.notCanonical) }
            return (header, try CloudEventLine(ledger: header.ledgerID).json(header))
        } catch {
            throw FieldError("storedbytes", "are no header of a ledger: \(error)")
        }
    }

    private func storedBytes(_ fields: FieldReader) throws(FieldError) -> [UInt8] {
        guard let data = Data(base64Encoded: try fields.text("storedbytes")) else {
            throw FieldError("storedbytes", "are not base64")
        }
        return Array(data)
    }

    private func expect(_ found: JSONValue, toSay wanted: JSONValue) throws(FieldError) {
        guard let field = JSONDifference.first(found, wanted, at: nil) else { return }
        throw FieldError(field, "is not what storedbytes say")
    }
}
