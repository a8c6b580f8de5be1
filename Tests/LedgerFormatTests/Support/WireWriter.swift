/// Writes protobuf by hand, so that bytes can be written that no encoder would write.
struct WireWriter {
    var bytes: [UInt8] = []

    static func varint(_ value: UInt64) -> [UInt8] {
        var rest = value
        var bytes: [UInt8] = []
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        return bytes + [UInt8(rest)]
    }

    func number(_ field: UInt64, _ value: UInt64) -> WireWriter {
        WireWriter(bytes: bytes + Self.varint(field << 3) + Self.varint(value))
    }

    func bytes(_ field: UInt64, _ value: [UInt8]) -> WireWriter {
        WireWriter(
            bytes: bytes + Self.varint(field << 3 | 2) + Self.varint(UInt64(value.count)) + value)
    }

    func text(_ field: UInt64, _ value: String) -> WireWriter { bytes(field, Array(value.utf8)) }

    func message(_ field: UInt64, _ value: WireWriter) -> WireWriter { bytes(field, value.bytes) }

    func raw(_ value: [UInt8]) -> WireWriter { WireWriter(bytes: bytes + value) }
}
