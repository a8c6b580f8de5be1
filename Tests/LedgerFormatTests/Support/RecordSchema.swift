/// What `schemas/events.proto` says of a record, read from its text.
struct RecordSchema {
    private struct Field {
        let type: String
        let name: String
        let number: Int?
    }

    private var messages: [String: [Field]] = [:]
    /// The messages' wire names, which end the comment above them.
    private var wireNames: [String: String] = [:]
    /// The names of the fields of a record that are its event.
    private(set) var events: Set<String> = []

    init() throws {
        let text = String(decoding: try PackageFiles.bytes("schemas/events.proto"), as: UTF8.self)
        var message = ""
        var comment: Substring = ""
        var isEvent = false
        for line in text.split(separator: "\n") {
            if let found = line.firstMatch(of: /^message (\w+) \{$/) {
                message = String(found.output.1)
                wireNames[message] = comment.firstMatch(of: /([a-z-]+\.v[0-9]+)$/).map {
                    String($0.output.1)
                }
            } else if let found = line.firstMatch(of: /^ +(?:\w+ )?(\w+) (\w+) = ([0-9]+);/) {
                let field = Field(
                    type: String(found.output.1), name: String(found.output.2),
                    number: Int(found.output.3))
                messages[message, default: []].append(field)
                if isEvent { events.insert(field.name) }
            } else if line.contains("oneof event {") {
                isEvent = true
            } else if line.contains("}") {
                isEvent = false
            }
            comment = line
        }
    }

    /// Every field of a record that holds a value and no further fields, as a path.
    var paths: Set<String> { Set(paths(of: "Record")) }

    private func paths(of message: String) -> [String] {
        (messages[message] ?? []).flatMap { field in
            messages[field.type] == nil
                ? [field.name] : paths(of: field.type).map { "\(field.name).\($0)" }
        }
    }

    /// The wire name of the event that a field of a record holds.
    func wireName(of event: String) -> String? {
        messages["Record"]?.first { $0.name == event }.flatMap { wireNames[$0.type] }
    }

    /// The number of a record's field.
    func number(of field: String) -> Int? {
        messages["Record"]?.first { $0.name == field }.flatMap(\.number)
    }
}
