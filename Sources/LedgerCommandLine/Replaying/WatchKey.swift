/// What a person wishes to see next.
enum WatchKey: Hashable {
    case next
    case back
    case first
    case last
    case digit(Int)
    /// Takes the last digit back.
    case erase
    /// Jumps to the position whose digits were given, else goes on.
    case enter
    case quit

    /// The wishes in what a terminal handed over; what means nothing is left out.
    static func keys(_ bytes: [UInt8]) -> [WatchKey] {
        var keys: [WatchKey] = []
        var rest = bytes[...]
        while let byte = rest.popFirst() {
            // Arrow keys come as ESC [ C, or ESC O C.
            if byte == 0x1B, rest.count >= 2, rest.first == 0x5B || rest.first == 0x4F {
                rest.removeFirst()
                if let key = arrow(rest.removeFirst()) { keys.append(key) }
            } else if let key = key(byte) {
                keys.append(key)
            }
        }
        return keys
    }

    private static func arrow(_ byte: UInt8) -> WatchKey? {
        switch byte {
        case UInt8(ascii: "B"), UInt8(ascii: "C"): .next
        case UInt8(ascii: "A"), UInt8(ascii: "D"): .back
        case UInt8(ascii: "H"): .first
        case UInt8(ascii: "F"): .last
        default: nil
        }
    }

    private static func key(_ byte: UInt8) -> WatchKey? {
        switch byte {
        case UInt8(ascii: " "), UInt8(ascii: "n"): .next
        case UInt8(ascii: "b"), UInt8(ascii: "p"): .back
        case UInt8(ascii: "g"): .first
        case UInt8(ascii: "G"): .last
        // Control-D ends what is typed elsewhere.
        case UInt8(ascii: "q"), 0x04: .quit
        case UInt8(ascii: "\n"), UInt8(ascii: "\r"): .enter
        case 0x08, 0x7F: .erase
        case UInt8(ascii: "0")...UInt8(ascii: "9"): .digit(Int(byte - UInt8(ascii: "0")))
        default: nil
        }
    }
}
