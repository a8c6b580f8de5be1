/// Changes to the bytes of a record that keep them close to one: most of what is not the one
/// encoding differs from it in one field.
enum RecordDamage: CaseIterable {
    case bits, cut, appended, exchanged, doubled, dropped, unknownField, longNumber, longLength
    case otherNumber, otherLength, otherContent, emptied, otherPersonal, random

    /// The bytes with one change; of the whole, or of a message in them.
    func apply(to bytes: [UInt8], _ random: inout Random) -> [UInt8] {
        switch self {
        case .bits: Self.flipped(bytes, &random)
        case .cut: Array(bytes.prefix(Int.random(in: 0...bytes.count, using: &random)))
        case .appended: bytes + random.bytes(Int.random(in: 1...4, using: &random))
        case .otherPersonal: Self.withPersonal(bytes, &random)
        case .random: mutated(bytes, &random)
        default: changed(bytes, depth: 0, &random)
        }
    }

    private static func flipped(_ bytes: [UInt8], _ random: inout Random) -> [UInt8] {
        guard let place = bytes.indices.randomElement(using: &random) else { return bytes }
        var bytes = bytes
        bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        return bytes
    }

    /// Gives the record other personal fields, among them such as its event has no place for.
    private static func withPersonal(_ bytes: [UInt8], _ random: inout Random) -> [UInt8] {
        var fields = WireFields(bytes).fields.filter { $0.tag != [0x7A] }
        let content = random.pick([
            [], [0x0A, 0], [0x0A, 1, 0x78], [0x12, 1, 0x78], [0x1A, 1, 0x78],
            [0x22, 9, 8] + random.bytes(8), [0x1A, 1, 0x78, 0x22, 9, 15] + random.bytes(8),
        ])
        // Before the event, which is the last field.
        fields.insert(WireFields.Field(tag: [0x7A], content: content), at: max(0, fields.count - 1))
        return fields.flatMap(\.bytes)
    }

    /// Now and then the change is made in a message, whose length then fits it again.
    private func changed(_ bytes: [UInt8], depth: Int, _ random: inout Random) -> [UInt8] {
        var fields = WireFields(bytes).fields
        guard let place = fields.indices.randomElement(using: &random) else { return bytes }
        if depth == 0, random.chance(60),
            let inner = fields.indices.filter({
                fields[$0].isMessage
            }).randomElement(using: &random)
        {
            fields[inner].content = changed(fields[inner].content, depth: 1, &random)
        } else {
            change(&fields, place, &random)
        }
        return fields.flatMap(\.bytes)
    }

    private func change(_ fields: inout [WireFields.Field], _ place: Int, _ random: inout Random) {
        switch self {
        case .exchanged:
            fields.swapAt(place, Int.random(in: fields.indices, using: &random))
        case .doubled:
            fields.insert(
                fields[place], at: Int.random(in: 0...fields.count, using: &random))
        case .dropped: fields.remove(at: place)
        case .unknownField:
            let number = UInt64.random(in: 0...40, using: &random)
            let content = random.bytes(Int.random(in: 0...3, using: &random))
            let field = WireFields.Field(
                tag: WireWriter.varint(number << 3 | (random.chance(50) ? 2 : 0)), content: content)
            fields.insert(field, at: Int.random(in: 0...fields.count, using: &random))
        case .longNumber: fields[place].lengthen(&random)
        case .longLength: fields[place].extraLength = Int.random(in: 1...3, using: &random)
        case .otherNumber: fields[place].setNumber(random.next() >> (random.next() % 64))
        case .otherLength: fields[place].shift = Int.random(in: -3...3, using: &random)
        case .otherContent: fields[place].setContent(&random)
        case .emptied: fields[place].content = []
        case .bits, .cut, .appended, .otherPersonal, .random: break
        }
    }
}

/// The fields that some bytes are made of, as far as they are.
struct WireFields {
    struct Field {
        var tag: [UInt8]
        var content: [UInt8]
        /// By how much the length that is written differs from that of the content.
        var shift = 0
        /// How many bytes more the length takes than it need.
        var extraLength = 0

        private var isCounted: Bool { (tag.first ?? 0) & 7 == 2 }

        /// The messages of a record (actor, part, personal fields and the event) or of a row of
        /// selections.
        var isMessage: Bool {
            isCounted && ([0x0A, 0x32, 0x52, 0x7A].contains(tag.first) || tag.count > 1)
        }

        var bytes: [UInt8] {
            guard isCounted else { return tag + content }
            var length = WireWriter.varint(UInt64(max(0, content.count + shift)))
            WireFields.lengthen(&length, by: extraLength)
            return tag + length + content
        }

        mutating func lengthen(_ random: inout Random) {
            let extra = Int.random(in: 1...2, using: &random)
            if isCounted || random.chance(30) {
                WireFields.lengthen(&tag, by: extra)
            } else {
                WireFields.lengthen(&content, by: extra)
            }
        }

        mutating func setNumber(_ number: UInt64) {
            if !isCounted { content = WireWriter.varint(number) }
        }

        /// Gives the field other bytes, among them such as are not allowed.
        mutating func setContent(_ random: inout Random) {
            guard isCounted else { return setNumber(random.pick([0, 1, 2, 3, 4, 5, 6, 1 << 32])) }
            content = random.pick([
                [0x00], [0x1F], [0x7F], [0xC2, 0x80], [0xC2, 0x9F], [0xC2, 0xA0], [0xFF],
                [0xC0, 0x80],
                [0xED, 0xA0, 0x80], [0xE2, 0x80, 0x8B], [0xEF, 0xBB, 0xBF], Array("\n".utf8),
                Array("x".utf8), Array(repeating: 0x78, count: 200),
                Array(repeating: 0x78, count: 201), Array(repeating: 0x78, count: 255),
                Array(repeating: 0x78, count: 256), Array(repeating: 0x78, count: 320),
                Array(repeating: 0x78, count: 321), random.bytes(16), random.bytes(32),
                [1] + random.bytes(8), [8] + random.bytes(8), [26] + random.bytes(8),
            ])
        }
    }

    private(set) var fields: [Field] = []

    init(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let tag = Self.number(&rest)
            guard (tag.first ?? 0) & 7 == 2 else {
                fields.append(Field(tag: tag, content: Self.number(&rest)))
                continue
            }
            let digits = Self.number(&rest)
            let length = digits.reversed().reduce(0) { ($0 << 7 | Int($1 & 0x7F)) & 0xFF_FFFF }
            fields.append(Field(tag: tag, content: Array(rest.prefix(length))))
            rest = rest.dropFirst(length)
        }
    }

    private static func number(_ rest: inout ArraySlice<UInt8>) -> [UInt8] {
        let count = (rest.firstIndex { $0 < 0x80 } ?? rest.endIndex - 1) + 1 - rest.startIndex
        defer { rest = rest.dropFirst(count) }
        return Array(rest.prefix(count))
    }

    /// Writes a number with more bytes than it takes.
    static func lengthen(_ number: inout [UInt8], by count: Int) {
        guard count > 0, let last = number.popLast() else { return }
        number += [last | 0x80] + Array(repeating: 0x80, count: count - 1) + [0]
    }
}
