internal import Crypto
internal import LedgerDomain

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// The line that a record is exported as under CloudEvents 1.0, as `schemas/cloudevents` has it.
///
/// The attributes and `data` are a reading of the record for other programs. `storedbytes` are the
/// record: the log is restored from them, because records are never encoded again. Without them a
/// record of an earlier version of its event would come back as another one, and its hash with it.
package struct CloudEventLine: Sendable {
    /// The attributes of all lines, and `data`, in their order.
    static let members = [
        "specversion", "type", "source", "id", "subject", "time", "datacontenttype", "dataschema",
        "sequence", "recordedtime", "correlationid", "causationid", "actorkind", "actorid",
        "idempotencykey", "storedbytes", "storeddigest", "data",
    ]

    private let ledger: [UInt8]

    /// Writes the lines of the ledger with an id.
    package init(ledger: [UInt8]) {
        self.ledger = ledger
    }

    /// The line of a record.
    package func json(_ stored: StoredRecord) -> JSONValue {
        let record = stored.record
        let type = CloudEventType.name(of: record.wireName)
        return JSONValue([
            "specversion": .string("1.0"),
            "type": .string(type),
            "source": .string(CloudEventSource.uri(of: ledger)),
            "id": .string(record.id.description),
            "subject": .attribute(record.user.text),
            "time": .time(record.effectiveAt),
            "datacontenttype": .string("application/json"),
            "dataschema": .string(CloudEventType.dataSchema(of: type)),
            "sequence": Self.sequence(record.position),
            "recordedtime": .time(record.recordedAt),
            "correlationid": .attribute(record.correlationID?.text),
            "causationid": .attribute(record.causationID?.text),
            "actorkind": .string(record.actor.kind.rawValue),
            "actorid": .attribute(record.actor.id),
            "idempotencykey": .attribute(record.idempotencyKey?.text),
            "storedbytes": .base64(stored.bytes),
            "storeddigest": .digest(stored.bytes),
            "data": RecordLine.data(record.event),
        ])
    }

    /// The first line: what the ledger says of itself.
    package func json(_ header: LedgerHeader) throws(FormatError) -> JSONValue {
        let type = CloudEventType.created
        let bytes = try header.encode()
        return JSONValue([
            "specversion": .string("1.0"),
            "type": .string(type),
            "source": .string(CloudEventSource.uri(of: ledger)),
            "id": .string(ledger.lowercaseHexadecimal),
            "time": .time(header.createdAt),
            "datacontenttype": .string("application/json"),
            "dataschema": .string(CloudEventType.dataSchema(of: type)),
            "sequence": Self.sequence(.start),
            "recordedtime": .time(header.createdAt),
            "storedbytes": .base64(bytes),
            "storeddigest": .digest(bytes),
            "data": JSONValue([
                "format": .integer(Int64(LedgerHeader.currentFormat)),
                "simulatedClock": .bool(header.isSimulated),
                "policy": PolicyFile.json(header.policy),
            ]),
        ])
    }

    /// The position in the digits that the largest one has, so that text sorts as positions do.
    private static func sequence(_ position: Position) -> JSONValue {
        let digits = String(position.number)
        return .string(String(repeating: "0", count: max(0, 19 - digits.count)) + digits)
    }
}

extension JSONValue {
    /// A text as an attribute of CloudEvents may have it.
    ///
    /// Code points that Unicode keeps for no character are forbidden there, and replaced;
    /// `storedbytes` have them.
    fileprivate static func attribute(_ text: String?) -> JSONValue? {
        guard let text else { return nil }
        guard text.unicodeScalars.contains(where: \.isNoncharacter) else { return .string(text) }
        var shown = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            shown.append(scalar.isNoncharacter ? "\u{FFFD}" : scalar)
        }
        return .string(String(shown))
    }

    /// SHA-256, because not all that the bytes say is said anywhere else in the line.
    fileprivate static func digest(_ bytes: [UInt8]) -> JSONValue {
        .string(Array(SHA256.hash(data: bytes)).lowercaseHexadecimal)
    }

    fileprivate static func base64(_ bytes: [UInt8]) -> JSONValue {
        .string(Data(bytes).base64EncodedString())
    }
}

extension Unicode.Scalar {
    fileprivate var isNoncharacter: Bool {
        (0xFDD0...0xFDEF).contains(value) || value & 0xFFFE == 0xFFFE
    }
}
