package import LedgerDomain

/// A row of `explain`: a record, and which fields of the answer it changed.
package enum ExplanationLine {
    /// A field of an answer that a record changed; nothing stands for no value.
    package struct Change: Sendable {
        /// The field's name, with that of its object before it.
        package let field: String
        /// The value before.
        package let from: JSONValue
        /// The value after.
        package let to: JSONValue
    }

    /// The fields that differ between two answers, in the order in which the answer has them.
    ///
    /// Of objects the members are compared; lists are compared whole. Where there was no answer
    /// before, every field that has a value is one.
    package static func changes(from before: JSONValue?, to after: JSONValue) -> [Change] {
        let old = before.map { fields($0, "") } ?? []
        let earlier = Dictionary(old.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
        return fields(after, "").compactMap { field in
            // Moves with every record, whatever else it changes.
            if field.name == "position" || field.name == "version" { return nil }
            let from = earlier[field.name] ?? .null
            // Texts are compared by bytes: a name may change its normal form alone.
            let isSame = from.serialized.utf8.elementsEqual(field.value.serialized.utf8)
            guard !isSame else { return nil }
            return Change(field: field.name, from: from, to: field.value)
        }
    }

    /// The row: the record as it is exported, what it changed, and the answer after it.
    package static func json(
        _ record: EventRecord, _ changes: [Change], answer: JSONValue
    ) -> JSONValue {
        JSONValue([
            "record": RecordLine.json(record),
            "changes": .array(changes.map(json)),
            "after": answer,
        ])
    }

    /// A changed field.
    package static func json(_ change: Change) -> JSONValue {
        JSONValue(["field": .string(change.field), "from": change.from, "to": change.to])
    }

    /// A value for people.
    package static func words(_ value: JSONValue) -> String {
        switch value {
        case .null: "-"
        case .string(let text): text
        case .array(let elements) where elements.isEmpty: "none"
        case .array(let elements): elements.map(words).joined(separator: ", ")
        case .object(let members): members.map { words($0.value) }.joined(separator: " ")
        case .bool, .integer, .number: value.serialized
        }
    }

    private static func fields(_ value: JSONValue, _ prefix: String) -> [JSONValue.Member] {
        guard case .object(let members) = value else { return [] }
        return members.flatMap { member -> [JSONValue.Member] in
            let name = prefix + member.name
            if case .object = member.value { return fields(member.value, name + ".") }
            return [JSONValue.Member(name, member.value)]
        }
    }
}
