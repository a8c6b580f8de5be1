public import LedgerDomain

/// What a key or a value of a projection's table is made of.
///
/// The bytes are the same for the same content, always, and those of keys sort as their parts do,
/// first part first. Write the parts in a fixed order and read them in the same.
public protocol RowCodable: Sendable {
    /// Writes the parts.
    func encode(to row: inout RowEncoder)
    /// Reads the parts.
    init(from row: inout RowDecoder) throws(RowDecodingError)
}

/// Bytes of a row that do not hold the parts asked for: another edition wrote them, or the file is
/// damaged.
public struct RowDecodingError: Error, Hashable, Sendable {
    /// Tells that a part is not what was asked for.
    public init() {}
}

/// Writes the parts of a key or a value.
public struct RowEncoder: ~Copyable {
    private(set) var bytes: [UInt8] = []

    init() {}

    /// Adds a number; negative ones sort first.
    public mutating func append(_ number: Int64) {
        append(UInt64(bitPattern: number) ^ 1 << 63)
    }

    /// Adds a number.
    public mutating func append(_ number: UInt64) {
        for shift in stride(from: UInt64(56), through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: number >> shift))
        }
    }

    /// Adds a text; texts sort by their bytes of UTF-8.
    public mutating func append(_ text: String) {
        for byte in text.utf8 {
            bytes.append(byte)
            if byte == 0 { bytes.append(0xFF) }
        }
        bytes.append(0)
        bytes.append(0)
    }

    /// Adds a truth value; false sorts first.
    public mutating func append(_ truth: Bool) { bytes.append(truth ? 1 : 0) }

    /// Adds all the parts of something.
    public mutating func append(_ part: some RowCodable) { part.encode(to: &self) }

    /// Adds all the parts of something that may be absent; absence sorts first.
    public mutating func append(_ part: (some RowCodable)?) {
        append(part != nil)
        if let part { append(part) }
    }
}

/// Reads the parts of a key or a value.
public struct RowDecoder: ~Copyable, ~Escapable {
    private let bytes: Span<UInt8>
    private var offset = 0

    @_lifetime(copy bytes)
    init(_ bytes: Span<UInt8>) {
        self.bytes = bytes
    }

    /// Decodes everything that bytes hold.
    static func decode<Row: RowCodable>(
        _ type: Row.Type, _ bytes: Span<UInt8>
    ) throws(RowDecodingError) -> Row {
        var decoder = RowDecoder(bytes)
        let row = try Row(from: &decoder)
        guard decoder.offset == bytes.count else { throw RowDecodingError() }
        return row
    }

    /// Reads a number.
    public mutating func next(_: Int64.Type) throws(RowDecodingError) -> Int64 {
        Int64(bitPattern: try next(UInt64.self) ^ 1 << 63)
    }

    /// Reads a number.
    public mutating func next(_: UInt64.Type) throws(RowDecodingError) -> UInt64 {
        var number: UInt64 = 0
        for _ in 0..<8 { number = number << 8 | UInt64(try nextByte()) }
        return number
    }

    /// Reads a text.
    public mutating func next(_: String.Type) throws(RowDecodingError) -> String {
        var text: [UInt8] = []
        while true {
            let byte = try nextByte()
            if byte != 0 {
                text.append(byte)
                continue
            }
            switch try nextByte() {
            case 0xFF: text.append(0)
            case 0:
                guard let text = String(validating: text, as: UTF8.self) else {
                    throw RowDecodingError()
                }
                return text
            default: throw RowDecodingError()
            }
        }
    }

    /// Reads a truth value.
    public mutating func next(_: Bool.Type) throws(RowDecodingError) -> Bool {
        switch try nextByte() {
        case 0: return false
        case 1: return true
        default: throw RowDecodingError()
        }
    }

    /// Reads all the parts of something.
    public mutating func next<Part: RowCodable>(_: Part.Type) throws(RowDecodingError) -> Part {
        try Part(from: &self)
    }

    /// Reads all the parts of something that may be absent.
    public mutating func nextIfPresent<Part: RowCodable>(
        _: Part.Type
    ) throws(RowDecodingError) -> Part? {
        try next(Bool.self) ? try Part(from: &self) : nil
    }

    private mutating func nextByte() throws(RowDecodingError) -> UInt8 {
        guard offset < bytes.count else { throw RowDecodingError() }
        defer { offset += 1 }
        return bytes[offset]
    }
}

extension RowCodable {
    /// The bytes of all parts.
    var rowBytes: [UInt8] {
        var encoder = RowEncoder()
        encode(to: &encoder)
        return encoder.bytes
    }
}

extension Int64: RowCodable {
    /// Writes the number; negative ones sort first.
    public func encode(to row: inout RowEncoder) { row.append(self) }
    /// Reads the number.
    public init(from row: inout RowDecoder) throws(RowDecodingError) {
        self = try row.next(Int64.self)
    }
}

extension UInt64: RowCodable {
    /// Writes the number.
    public func encode(to row: inout RowEncoder) { row.append(self) }
    /// Reads the number.
    public init(from row: inout RowDecoder) throws(RowDecodingError) {
        self = try row.next(UInt64.self)
    }
}

extension String: RowCodable {
    /// Writes the text.
    public func encode(to row: inout RowEncoder) { row.append(self) }
    /// Reads the text.
    public init(from row: inout RowDecoder) throws(RowDecodingError) {
        self = try row.next(String.self)
    }
}

extension Identifier: RowCodable {
    /// Writes the text.
    public func encode(to row: inout RowEncoder) { row.append(text) }
    /// Reads the text.
    public init(from row: inout RowDecoder) throws(RowDecodingError) {
        self.init(try row.next(String.self))
    }
}

extension Position: RowCodable {
    /// Writes the number.
    public func encode(to row: inout RowEncoder) { row.append(number) }
    /// Reads the number.
    public init(from row: inout RowDecoder) throws(RowDecodingError) {
        self.init(try row.next(UInt64.self))
    }
}

extension Timestamp: RowCodable {
    /// Writes the microseconds.
    public func encode(to row: inout RowEncoder) { row.append(microsecondsSinceEpoch) }
    /// Reads the microseconds.
    public init(from row: inout RowDecoder) throws(RowDecodingError) {
        self.init(microsecondsSinceEpoch: try row.next(Int64.self))
    }
}

extension ProviderAccount.Identity: RowCodable {
    /// Writes provider and subject.
    public func encode(to row: inout RowEncoder) {
        row.append(provider)
        row.append(subject)
    }

    /// Reads provider and subject.
    public init(from row: inout RowDecoder) throws(RowDecodingError) {
        self.init(
            provider: try row.next(ProviderID.self),
            subject: try row.next(Identifier<ProviderAccount.Subject>.self))
    }
}
