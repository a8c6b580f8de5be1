/// A record's own name: 128 bits, written as a UUID.
public struct EventID: Hashable, Sendable, CustomStringConvertible {
    /// The identifier's length in bytes.
    public static let length = 16

    /// The first eight bytes and the last eight, each the most significant first.
    package let words: (high: UInt64, low: UInt64)

    /// The 16 bytes.
    public var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.length)
        bytes.append(bigEndian: words.high)
        bytes.append(bigEndian: words.low)
        return bytes
    }

    /// Takes 16 bytes; nil for any other number.
    public init?(bytes: [UInt8]) {
        guard bytes.count == Self.length else { return nil }
        words = (UInt64(bigEndianIn: bytes, at: 0), UInt64(bigEndianIn: bytes, at: 8))
    }

    /// Takes the first eight bytes and the last eight, each the most significant first.
    package init(high: UInt64, low: UInt64) {
        words = (high, low)
    }

    /// Compares the bytes.
    public static func == (left: EventID, right: EventID) -> Bool { left.words == right.words }

    /// Hashes the bytes.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(words.high)
        hasher.combine(words.low)
    }

    /// The UUID in lower case, with hyphens.
    public var description: String {
        var text = ""
        for (index, group) in [0..<4, 4..<6, 6..<8, 8..<10, 10..<16].enumerated() {
            if index > 0 { text += "-" }
            text += Array(bytes[group]).lowercaseHexadecimal
        }
        return text
    }
}

extension EventID: LosslessStringConvertible {
    /// Reads a UUID in lower case, with hyphens.
    public init?(_ description: String) {
        let digits = description.utf8.filter { $0 != UInt8(ascii: "-") }
        guard digits.count == 2 * Self.length else { return nil }
        let bytes = stride(from: 0, to: digits.count, by: 2).compactMap { place in
            UInt8(String(decoding: digits[place..<(place + 2)], as: UTF8.self), radix: 16)
        }
        self.init(bytes: bytes)
        guard self.description == description else { return nil }
    }
}

extension EventID {
    /// Whether it is a UUID of version 7 of that time, as every record's is of its recorded time.
    package func isMade(at time: Timestamp) -> Bool {
        self == EventID(at: time, high: words.high, low: words.low)
    }

    /// Whether both were made in the same millisecond.
    package func sharesMillisecond(with other: EventID) -> Bool {
        words.high >> 16 == other.words.high >> 16
    }

    /// Makes a UUID of version 7 from a time and 16 random bytes (RFC 9562, section 5.7).
    ///
    /// Bytes that are missing are taken to be 0.
    package init(at time: Timestamp, random: [UInt8]) {
        let bytes = random + Array(repeating: 0, count: max(0, Self.length - random.count))
        self.init(
            at: time, high: UInt64(bigEndianIn: bytes, at: 0),
            low: UInt64(bigEndianIn: bytes, at: 8))
    }

    /// The time takes the place of the first 48 bits; version and variant have six more.
    private init(at time: Timestamp, high: UInt64, low: UInt64) {
        let milliseconds = UInt64(max(0, time.microsecondsSinceEpoch) / 1000)
        words = (milliseconds << 16 | 0x7000 | high & 0x0FFF, 1 << 63 | low & (1 << 62 - 1))
    }
}

extension CredentialID {
    /// Makes a credential's name from 16 random bytes.
    package init(random: [UInt8]) {
        self.init(random.digits([UInt8].crockfordDigits, bits: 5, after: "cred_"))
    }
}

extension UInt64 {
    /// Eight bytes as a number, the most significant first.
    init(bigEndianIn bytes: [UInt8], at start: Int) {
        self = bytes[start..<(start + 8)].reduce(0) { $0 << 8 | UInt64($1) }
    }
}

extension [UInt8] {
    /// Adds the eight bytes of a number, the most significant first.
    package mutating func append(bigEndian number: UInt64) {
        append(addingCapacity: 8) { (bytes: inout OutputSpan<UInt8>) in
            for place in 0..<UInt64(8) {
                bytes.append(UInt8(truncatingIfNeeded: number >> (56 - 8 * place)))
            }
        }
    }

    /// Two lower-case hexadecimal digits a byte.
    package var lowercaseHexadecimal: String {
        let digits = Array<Character>("0123456789abcdef")
        var text = ""
        text.reserveCapacity(count * 2)
        for byte in self {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return text
    }

    /// Crockford's base 32 in lower case, five bits a character, the last one filled up with zero
    /// bits.
    package var crockfordBase32: String { digits(Self.crockfordDigits, bits: 5) }

    fileprivate static let crockfordDigits = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)

    /// The bytes in digits of so many bits each, the last one filled up with zero bits, after a
    /// prefix.
    func digits(_ digits: [UInt8], bits width: UInt32, after prefix: String = "") -> String {
        let mask = UInt32(1) << width - 1
        let length = prefix.utf8.count + (count * 8 + Int(width) - 1) / Int(width)
        let text = [UInt8](capacity: length) { (text: inout OutputSpan<UInt8>) in
            for byte in prefix.utf8 { text.append(byte) }
            var buffer: UInt32 = 0
            var bits: UInt32 = 0
            for byte in self {
                buffer = (buffer << 8) | UInt32(byte)
                bits += 8
                while bits >= width {
                    bits -= width
                    text.append(digits[Int((buffer >> bits) & mask)])
                }
            }
            if bits > 0 { text.append(digits[Int((buffer << (width - bits)) & mask)]) }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
