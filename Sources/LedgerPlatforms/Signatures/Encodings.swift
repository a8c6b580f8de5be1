#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Base64 with the standard alphabet and padding, in the one form that a value has.
enum Base64 {
    /// The bytes that a text stands for; nil for anything but their own base64.
    static func decoded(_ text: String) -> [UInt8]? {
        guard let data = Data(base64Encoded: text),
            // Unused bits that are set, and whatever else another decoder would pass over.
            data.base64EncodedString().utf8.elementsEqual(text.utf8)
        else { return nil }
        return Array(data)
    }
}

/// Hexadecimal digits, two a byte.
enum Hexadecimal {
    /// The bytes that a text stands for; nil for anything else, capitals among it unless allowed.
    static func decoded(_ text: String, allowsCapitals: Bool) -> [UInt8]? {
        let digits = Array(text.utf8)
        guard digits.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        for start in stride(from: 0, to: digits.count, by: 2) {
            guard let high = value(digits[start], allowsCapitals),
                let low = value(digits[start + 1], allowsCapitals)
            else { return nil }
            bytes.append(high << 4 | low)
        }
        return bytes
    }

    private static func value(_ digit: UInt8, _ allowsCapitals: Bool) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F") where allowsCapitals:
            digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
