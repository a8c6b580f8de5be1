/// A record's own name: 128 bits, written as a UUID.
public struct EventID: Hashable, Sendable, CustomStringConvertible {
    /// The identifier's length in bytes.
    public static let length = 16

    /// The 16 bytes.
    public let bytes: [UInt8]

    /// Takes 16 bytes; nil for any other number.
    public init?(bytes: [UInt8]) {
        guard bytes.count == Self.length else { return nil }
        self.bytes = bytes
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
        self == EventID(at: time, random: bytes)
    }

    /// Makes a UUID of version 7 from a time and 16 random bytes (RFC 9562, section 5.7).
    package init(at time: Timestamp, random: [UInt8]) {
        let milliseconds = UInt64(max(0, time.microsecondsSinceEpoch) / 1000)
        var bytes = (0..<Self.length).map { $0 < random.count ? random[$0] : 0 }
        for index in 0..<6 {
            bytes[index] = UInt8(truncatingIfNeeded: milliseconds >> UInt64(8 * (5 - index)))
        }
        bytes[6] = 0x70 | (bytes[6] & 0x0F)
        bytes[8] = 0x80 | (bytes[8] & 0x3F)
        self.bytes = bytes
    }
}

extension CredentialID {
    /// Makes a credential's name from 16 random bytes.
    package init(random: [UInt8]) {
        self.init("cred_" + random.crockfordBase32)
    }
}

extension [UInt8] {
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
    package var crockfordBase32: String {
        let digits = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)
        var text: [UInt8] = []
        var buffer: UInt32 = 0
        var bits: UInt32 = 0
        for byte in self {
            buffer = (buffer << 8) | UInt32(byte)
            bits += 8
            while bits >= 5 {
                bits -= 5
                text.append(digits[Int((buffer >> bits) & 31)])
            }
        }
        if bits > 0 {
            text.append(digits[Int((buffer << (5 - bits)) & 31)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
