/// Reads fields in the one encoding that they have, straight into the values that they are.
///
/// Whoever reads asks for the fields of a message in the order of their numbers, each once. What
/// comes in another order, twice, or is not known is then found where another field or the end
/// should be. Together with the shortest form of every number, and no field with its default
/// value, nothing but the canonical encoding is accepted; nothing has to be encoded again to see.
struct CanonicalReader: ~Copyable, ~Escapable {
    /// The bytes are not the canonical encoding of anything; it says no more, so that it is cheap.
    struct Refusal: Error {}

    private let bytes: Span<UInt8>
    private(set) var offset = 0
    private var end: Int

    /// Reads a whole message.
    @_lifetime(copy bytes)
    init(_ bytes: Span<UInt8>) {
        self.bytes = bytes
        end = bytes.count
    }

    /// Whether the whole of the message was read.
    var isAtEnd: Bool { offset == end }

    /// How many bytes of the message are left.
    var remaining: Int { end - offset }

    /// Goes back, after having looked at what comes later.
    mutating func goBack(to place: Int) { offset = place }

    /// Takes a tag of one byte, if it is the next.
    @inline(__always)
    mutating func take(_ tag: UInt8) -> Bool {
        guard offset < end, bytes[offset] == tag else { return false }
        offset += 1
        return true
    }

    /// Takes a tag of two bytes, as a field from 16 on has it, if it is the next.
    @inline(__always)
    mutating func take(_ first: UInt8, _ second: UInt8) -> Bool {
        guard end - offset >= 2, bytes[offset] == first, bytes[offset + 1] == second else {
            return false
        }
        offset += 2
        return true
    }

    /// Takes a tag of one byte.
    @inline(__always)
    mutating func expect(_ tag: UInt8) throws(Refusal) {
        guard take(tag) else { throw Refusal() }
    }

    /// Takes the tag of a message in a field from 16 to 31, and tells the field.
    @inline(__always)
    mutating func messageField() throws(Refusal) -> Int {
        guard end - offset >= 2, bytes[offset] & 0x87 == 0x82, bytes[offset + 1] == 1 else {
            throw Refusal()
        }
        let field = 16 | Int(bytes[offset] >> 3 & 15)
        offset += 2
        return field
    }

    /// A number in as few bytes as it takes.
    @inline(__always)
    mutating func number() throws(Refusal) -> UInt64 {
        guard offset < end else { throw Refusal() }
        let byte = bytes[offset]
        offset += 1
        return byte < 0x80 ? UInt64(byte) : try longNumber(after: byte)
    }

    /// A number of up to eight bytes, which are looked at all at once.
    private mutating func longNumber(after first: UInt8) throws(Refusal) -> UInt64 {
        let start = offset - 1
        guard end - start >= 8 else { return try anyNumber(after: first) }
        let word = bytes.word(at: start)
        // The first byte that none follows has no highest bit.
        let ends = ~word & 0x8080_8080_8080_8080
        guard ends != 0 else { return try anyNumber(after: first) }
        let length = ends.trailingZeroBitCount / 8 + 1
        // A last byte of 0 adds nothing.
        guard bytes[start + length - 1] != 0 else { throw Refusal() }
        offset = start + length
        // Of eight times seven bits the pieces are put together two by two.
        var value = word & (ends ^ (ends &- 1)) & 0x7F7F_7F7F_7F7F_7F7F
        value = value & 0x007F_007F_007F_007F | (value & 0x7F00_7F00_7F00_7F00) >> 1
        value = value & 0x0000_3FFF_0000_3FFF | (value & 0x3FFF_0000_3FFF_0000) >> 2
        return value & 0x0FFF_FFFF | (value & 0x0FFF_FFFF_0000_0000) >> 4
    }

    @inline(never)
    private mutating func anyNumber(after first: UInt8) throws(Refusal) -> UInt64 {
        var value = UInt64(first & 0x7F)
        var shift: UInt64 = 7
        while offset < end {
            let byte = bytes[offset]
            offset += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 {
                // A last byte of 0 adds nothing; the tenth byte has one bit left.
                guard byte != 0, shift < 63 || byte == 1 else { throw Refusal() }
                return value
            }
            shift += 7
            guard shift <= 63 else { throw Refusal() }
        }
        throw Refusal()
    }

    /// A flag that is set; one that is not set is left out.
    @inline(__always)
    mutating func flag(_ tag: UInt8) throws(Refusal) -> Bool {
        guard take(tag) else { return false }
        guard try number() == 1 else { throw Refusal() }
        return true
    }

    /// Goes into a message, and tells where the one around it ends.
    @inline(__always)
    mutating func enter() throws(Refusal) -> Int {
        let range = try range()
        defer { end = range.upperBound }
        offset = range.lowerBound
        return end
    }

    /// Goes into the message that is the last field of the one around it.
    @inline(__always)
    mutating func enterLast() throws(Refusal) {
        guard try enter() == end else { throw Refusal() }
    }

    /// Hands on what was read last, behind which there must be nothing.
    ///
    /// A value that is looked at when it is whole would be copied.
    @inline(__always)
    func last<Value>(_ value: consuming Value) throws(Refusal) -> Value {
        guard isAtEnd else { throw Refusal() }
        return value
    }

    /// Comes out of a message, the whole of which must have been read.
    @inline(__always)
    mutating func leave(to outer: Int) throws(Refusal) {
        guard isAtEnd else { throw Refusal() }
        end = outer
    }

    /// Where the bytes are that a length says, which are passed.
    @inline(__always)
    mutating func range() throws(Refusal) -> Range<Int> {
        let length = try number()
        guard length <= UInt64(end - offset) else { throw Refusal() }
        let start = offset
        offset += Int(length)
        return start..<offset
    }

    /// So many words of eight bytes, the most significant first, must follow.
    @inline(__always)
    mutating func expectWords(_ count: Int) throws(Refusal) {
        guard try number() == UInt64(count * 8), end - offset >= count * 8 else { throw Refusal() }
    }

    /// Eight bytes as a number, the most significant first.
    @inline(__always)
    mutating func word() -> UInt64 {
        let word = bytes.word(at: offset)
        offset += 8
        return word.byteSwapped
    }

    /// Some bytes, copied.
    mutating func copy() throws(Refusal) -> [UInt8] {
        let part = bytes.extracting(try range())
        var copy = [UInt8](repeating: 0, count: part.count)
        var output = copy.mutableSpan
        for index in part.indices { output[index] = part[index] }
        return copy
    }
}

extension CanonicalReader {
    /// A text of so many bytes that satisfies a rule.
    mutating func text(_ rule: TextRule) throws(Refusal) -> String {
        try text(in: try range(), rule)
    }

    /// The text in a range that was passed, if there is one; it satisfies a rule.
    @inline(__always)
    func text(_ range: Range<Int>?, _ rule: TextRule) throws(Refusal) -> String? {
        guard let range else { return nil }
        return try text(in: range, rule)
    }

    @inline(__always)
    private func text(in range: Range<Int>, _ rule: TextRule) throws(Refusal) -> String {
        let content = bytes.extracting(range)
        guard rule.allows(content) else { throw Refusal() }
        return try Self.copied(content)
    }

    /// A text of so many bytes that was checked when it was first written.
    mutating func text() throws(Refusal) -> String {
        try Self.copied(bytes.extracting(try range()))
    }

    @inline(__always)
    private static func copied(_ content: Span<UInt8>) throws(Refusal) -> String {
        do {
            return String(copying: try UTF8Span(validating: content))
        } catch {
            throw Refusal()
        }
    }
}
