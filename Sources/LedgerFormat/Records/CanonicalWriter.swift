internal import LedgerDomain

/// Writes fields in the one encoding that they have, straight from the values that they are.
///
/// Whoever writes tells the fields of a message in the order of their numbers, and leaves out those
/// that have their default value. What reading would refuse is noted on the way.
struct CanonicalWriter {
    /// Room for most records, so that the buffer is made once.
    private static let capacity = 512

    private(set) var bytes: [UInt8] = []
    /// Whether reading would refuse what was written.
    private(set) var isRefused = false

    init() { bytes.reserveCapacity(Self.capacity) }

    /// Notes that reading would refuse the record.
    mutating func refuse() { isRefused = true }

    /// A tag of one byte, or a byte that is content.
    @inline(__always)
    mutating func byte(_ byte: UInt8) { bytes.append(byte) }

    /// A number in as few bytes as it takes.
    @inline(__always)
    mutating func number(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    /// Eight bytes, the most significant first.
    @inline(__always)
    mutating func word(_ word: UInt64) { bytes.append(bigEndian: word) }

    /// Bytes with their length before them.
    mutating func counted(_ content: [UInt8]) {
        number(UInt64(content.count))
        bytes.append(contentsOf: content)
    }

    /// A text with its length before it.
    mutating func text(_ text: String, _ rule: TextRule) {
        if !rule.allows(text.utf8.span) { isRefused = true }
        self.text(text)
    }

    /// A text that was checked before, with its length before it.
    mutating func text(_ text: String) {
        let content = text.utf8
        number(UInt64(content.count))
        bytes.append(contentsOf: content)
    }

    /// A message with its length before it, which is known when the message is written.
    @inline(__always)
    mutating func message(_ write: (inout CanonicalWriter) -> Void) {
        let place = bytes.count
        bytes.append(0)
        write(&self)
        let length = bytes.count - place - 1
        if length < 0x80 {
            bytes[place] = UInt8(length)
        } else {
            putLongLength(length, at: place)
        }
    }

    private mutating func putLongLength(_ length: Int, at place: Int) {
        var rest = length
        var place = place
        bytes[place] = UInt8(rest & 0x7F) | 0x80
        rest >>= 7
        while rest > 0 {
            place += 1
            bytes.insert(UInt8(rest & 0x7F) | (rest >= 0x80 ? 0x80 : 0), at: place)
            rest >>= 7
        }
    }
}
