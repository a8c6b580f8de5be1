internal import Crypto
package import LedgerDomain

extension CommandFingerprint {
    /// Digests each field of a command: eight bytes of SHA-256 over the field's number and its
    /// content.
    package init(of action: Command.Action) {
        var (halves, bytes) = (Halves(), [UInt8]())
        for (field, content) in action.content {
            bytes.removeAll(keepingCapacity: true)
            bytes.append(field.rawValue)
            bytes += content
            halves.append(sha256Words(bytes).0, of: field)
        }
        self.init(halves)
    }

    /// Reads both halves back.
    init?(bytes: [UInt8], personal: [UInt8]) throws(FormatError) {
        if bytes.isEmpty && personal.isEmpty { return nil }
        var digests: [CommandField: UInt64] = [:]
        for half in [bytes, personal] {
            guard half.count.isMultiple(of: 9) else {
                throw FormatError(.invalidField("fingerprint", reason: "is not nine bytes a field"))
            }
            for start in stride(from: 0, to: half.count, by: 9) {
                guard let field = CommandField(rawValue: half[start]) else {
                    throw FormatError(
                        .unknownEnumValue(field: "fingerprint", value: Int(half[start])))
                }
                digests[field] = half[(start + 1)..<(start + 9)].reduce(0) { $0 << 8 | UInt64($1) }
            }
        }
        self.init(digests)
    }
}

extension StateDigest {
    /// Digests a state's token.
    package init(of token: StateToken) {
        self.init(words: sha256Words(Array(token.secret.utf8)))
    }
}

/// SHA-256 of some bytes: for keys of tables whose parts are together longer than a key may be.
package func sha256(_ bytes: [UInt8]) -> [UInt8] {
    StateDigest(words: sha256Words(bytes)).bytes
}

/// SHA-256 of some bytes, eight bytes to a number, the most significant first.
package func sha256Words(_ bytes: [UInt8]) -> StateDigest.Words {
    var digest = SHA256.hash(data: bytes).makeIterator()
    func word() -> UInt64 {
        var word: UInt64 = 0
        for _ in 0..<8 { word = word << 8 | UInt64(digest.next() ?? 0) }
        return word
    }
    return (word(), word(), word(), word())
}

extension UInt64 {
    /// The eight bytes, most significant first, so that byte order is number order.
    package var bigEndianBytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(8)
        bytes.append(bigEndian: self)
        return bytes
    }

    /// Reads eight bytes, most significant first; nil for any other number of bytes.
    package init?(bigEndianBytes bytes: some Collection<UInt8>) {
        guard bytes.count == 8 else { return nil }
        self = bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }
}
