internal import LedgerDomain

/// Where two JSON values say different things.
enum JSONDifference {
    /// The path of the first difference, none where both say the same.
    ///
    /// The order of members does not matter, nor the way in which an outermost time is written, and
    /// an outermost member that is null is absent.
    static func first(_ found: JSONValue, _ wanted: JSONValue, at path: String?) -> String? {
        let here = path ?? "line"
        switch (found, wanted) {
        case (.object(let found), .object(let wanted)): return members(found, wanted, at: path)
        case (.array(let found), .array(let wanted)):
            guard found.count == wanted.count else { return here }
            for (found, wanted) in zip(found, wanted) {
                if let path = first(found, wanted, at: path) { return path }
            }
            return nil
        case (.string(let found), .string(let wanted)):
            if found.utf8.elementsEqual(wanted.utf8) { return nil }
            guard times.contains(here), let time = Timestamp(rfc3339: found) else { return here }
            return time == Timestamp(rfc3339: wanted) ? nil : here
        case (.integer(let found), .integer(let wanted)): return found == wanted ? nil : here
        case (.number(let found), .number(let wanted)): return found == wanted ? nil : here
        case (.bool(let found), .bool(let wanted)): return found == wanted ? nil : here
        case (.null, .null): return nil
        default: return here
        }
    }

    private static let times: Set = ["time", "recordedtime"]

    private static func members(
        _ found: [JSONValue.Member], _ wanted: [JSONValue.Member], at path: String?
    ) -> String? {
        func place(_ name: String) -> String { path.map { "\($0).\(name)" } ?? name }
        var rest: [Identifier<JSONValue>: JSONValue] = [:]
        for member in found {
            if path == nil, case .null = member.value { continue }
            rest[Identifier(member.name)] = member.value
        }
        for member in wanted {
            guard let value = rest.removeValue(forKey: Identifier(member.name)) else {
                return place(member.name)
            }
            if let path = first(value, member.value, at: place(member.name)) { return path }
        }
        return rest.keys.map(\.text).min().map { place(FieldError.displayable($0)) }
    }
}
