package import LedgerDomain

/// A record with the bytes that it is in the log.
package struct StoredRecord: Hashable, Sendable {
    package let record: EventRecord
    package let bytes: [UInt8]

    package init(_ record: EventRecord, _ bytes: [UInt8]) {
        self.record = record
        self.bytes = bytes
    }
}
