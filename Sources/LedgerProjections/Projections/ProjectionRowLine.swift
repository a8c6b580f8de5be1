internal import LedgerDomain
package import LedgerFormat
internal import LedgerStorage

/// The rows of a projection's tables in JSON, for people and programs that do not have its types.
package struct ProjectionRowLine: Sendable {
    private let tables: [String: any RowShowing]

    /// Shows the rows of a projection.
    package init(_ projection: some Projection) {
        var tables: [String: any RowShowing] = [:]
        for table in projection.tables { tables[table.name] = table as? any RowShowing }
        self.tables = tables
    }

    /// A key and a value; what cannot be read is given as its bytes, in hexadecimal.
    package func json(
        _ table: String, key: [UInt8], value: [UInt8]?
    ) -> (key: JSONValue, value: JSONValue?) {
        (
            tables[table]?.key(key) ?? bytes(key),
            value.map { tables[table]?.value($0) ?? bytes($0) }
        )
    }

    /// Whether a value can be read.
    package func isReadable(_ table: String, value: [UInt8]) -> Bool {
        tables[table]?.value(value) != nil
    }

    private func bytes(_ bytes: [UInt8]) -> JSONValue {
        JSONValue(["bytes": .string(bytes.lowercaseHexadecimal)])
    }
}

/// A table that knows how to read what its rows are made of.
private protocol RowShowing: Sendable {
    func key(_ bytes: [UInt8]) -> JSONValue?
    func value(_ bytes: [UInt8]) -> JSONValue?
}

extension ProjectionTable: RowShowing {
    func key(_ bytes: [UInt8]) -> JSONValue? { Self.show(Key.self, bytes) }
    func value(_ bytes: [UInt8]) -> JSONValue? { Self.show(Value.self, bytes) }

    private static func show<Row: RowCodable>(_ type: Row.Type, _ bytes: [UInt8]) -> JSONValue? {
        do { return JSONValue(showing: try RowDecoder.decode(type, bytes.span)) } catch {
            return nil
        }
    }
}

extension JSONValue {
    /// A value's stored properties by their names; numbers and texts as they are, and what
    /// describes itself by its description.
    fileprivate init(showing value: Any) {
        switch value {
        case let number as UInt64: self = .number(number)
        case let number as any FixedWidthInteger: self = .integer(Int64(clamping: number))
        case let truth as Bool: self = .bool(truth)
        case let text as String: self = .string(text)
        case let position as Position: self = .number(position.number)
        case let text as any CustomStringConvertible
        where Mirror(reflecting: value).displayStyle != .optional && !(value is any Collection):
            self = .string(text.description)
        default: self.init(showingPartsOf: value)
        }
    }

    private init(showingPartsOf value: Any) {
        let mirror = Mirror(reflecting: value)
        switch mirror.displayStyle {
        case .optional: self = mirror.children.first.map { JSONValue(showing: $0.value) } ?? .null
        case .collection, .set:
            self = .array(mirror.children.map { JSONValue(showing: $0.value) })
        case .enum: self = .string("\(value)")
        default:
            self = .object(
                mirror.children.map { child in
                    JSONValue.Member(child.label ?? "", JSONValue(showing: child.value))
                })
        }
    }
}
