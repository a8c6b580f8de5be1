internal import LedgerFormat
internal import Testing

/// The names of fields in an exported line, by the rules of `schemas/README.md`.
struct FieldNames {
    /// The names of the fields that the general rules do not give, by the path in the bytes.
    let exceptions: [String: [String]]
    private let events: Set<String>

    init(events: Set<String>) throws {
        self.events = events
        let page = String(decoding: try PackageFiles.bytes("schemas/README.md"), as: UTF8.self)
        let table = page.split(separator: "\n", omittingEmptySubsequences: false)
            .drop { !$0.hasSuffix("| because |") }.dropFirst(2).prefix { $0.hasPrefix("|") }
        var exceptions: [String: [String]] = [:]
        for row in table {
            let cells = row.split(separator: "|", omittingEmptySubsequences: false)
            let path = try #require(Self.code(cells[1]).first, "\(row)")
            exceptions[path] = Self.code(cells[2])
        }
        self.exceptions = exceptions
    }

    private static func code(_ cell: Substring) -> [String] {
        cell.matches(of: /`([^`]+)`/).map { String($0.output.1) }
    }

    /// The paths in an exported line of the record that has these paths in its bytes.
    func exported(_ paths: Set<String>) -> Set<String> {
        Set(["type"] + paths.flatMap { exceptions[$0] ?? regular($0) })
    }

    /// By the general rules; a field that only holds others has no name of its own.
    private func regular(_ path: String) -> [String] {
        if events.contains(path) { return [] }
        var names = path.split(separator: ".").map(String.init)
        if events.contains(names[0]) { names[0] = "data" }
        return [names.map(Self.camelCase).joined(separator: ".")]
    }

    private static func camelCase(_ name: String) -> String {
        let words = name.split(separator: "_")
        return words.enumerated().map { index, word in
            if index == 0 { return String(word) }
            return index == words.count - 1 && word == "id" ? "ID" : word.capitalized
        }.joined()
    }
}

extension Substring {
    fileprivate var capitalized: String { prefix(1).uppercased() + dropFirst() }
}

extension JSONValue {
    /// The paths of the members that are no objects.
    var paths: Set<String> {
        guard case .object(let members) = self else { return [] }
        return Set(
            members.flatMap { member in
                guard case .object = member.value else { return [member.name] }
                return member.value.paths.map { "\(member.name).\($0)" }
            })
    }
}
