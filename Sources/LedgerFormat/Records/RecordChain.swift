internal import Crypto

/// What the stored bytes of all records up to one come to: SHA-256 over the digest before and the
/// bytes of each record.
///
/// It tells whether two walks over a log met the same bytes, whatever the records are called.
package struct RecordChain: Hashable, Sendable {
    /// The 32 bytes.
    package private(set) var digest = [UInt8](repeating: 0, count: 32)

    /// No record yet.
    package init() {}

    /// Goes on from a digest.
    package init?(_ digest: [UInt8]) {
        guard digest.count == 32 else { return nil }
        self.digest = digest
    }

    /// Takes in the bytes of the next record.
    package mutating func add(_ bytes: [UInt8]) {
        var hash = SHA256()
        hash.update(data: digest)
        hash.update(data: bytes)
        digest = Array(hash.finalize())
    }
}
