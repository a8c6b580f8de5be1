/// Where bytes stop being UTF-8; nil where all of them are (RFC 3629).
///
/// Overlong forms, surrogates and numbers beyond U+10FFFF are not UTF-8. The standard library
/// tells only that bytes are not valid, and a person who has to repair a file needs to know where.
func firstInvalidUTF8(_ bytes: some RandomAccessCollection<UInt8>) -> Int? {
    var rest = bytes[...]
    while let first = rest.first {
        if first < 0x80 {
            rest = rest.drop { $0 < 0x80 }
            continue
        }
        guard let (length, second) = sequence(after: first), rest.count >= length,
            second.contains(rest[rest.index(after: rest.startIndex)]),
            rest.dropFirst(2).prefix(length - 2).allSatisfy({ $0 & 0xC0 == 0x80 })
        else { return bytes.distance(from: bytes.startIndex, to: rest.startIndex) }
        rest = rest.dropFirst(length)
    }
    return nil
}

/// The length of the sequence that a byte begins, and what its second byte may be.
private func sequence(after first: UInt8) -> (length: Int, second: ClosedRange<UInt8>)? {
    switch first {
    case 0xC2...0xDF: (2, 0x80...0xBF)
    case 0xE0: (3, 0xA0...0xBF)
    case 0xED: (3, 0x80...0x9F)
    case 0xE1...0xEF: (3, 0x80...0xBF)
    case 0xF0: (4, 0x90...0xBF)
    case 0xF1...0xF3: (4, 0x80...0xBF)
    case 0xF4: (4, 0x80...0x8F)
    default: nil
    }
}
