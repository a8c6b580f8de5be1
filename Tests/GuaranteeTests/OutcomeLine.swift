internal import Foundation
internal import Testing

/// What a line of the command line's answer says.
struct OutcomeLine: Decodable, Hashable {
    var line: Int
    var outcome: String
    var positions: [UInt64]?
    var userVersion: UInt64?
    var state: String?
    var credential: String?
    var refusal: String?
    var field: String?

    var isApplied: Bool { outcome == "applied" }

    /// Reads a line.
    init(_ text: String) throws {
        self = try JSONDecoder().decode(OutcomeLine.self, from: Data(text.utf8))
    }
}

/// A command as a line.
struct CommandLineText {
    /// Writes a command and its fields.
    static func of(_ command: String, _ fields: [String: any Sendable] = [:]) throws -> String {
        var object: [String: any Sendable] = fields
        object["command"] = command
        let data = try JSONSerialization.data(withJSONObject: object, options: [.sortedKeys])
        return String(decoding: data, as: UTF8.self)
    }

    static func issue(_ user: String, key: String? = nil) throws -> String {
        var fields: [String: any Sendable] = [
            "user": user, "toolkit": "gmail", "allowMultiple": true,
        ]
        if let key { fields["idempotencyKey"] = key }
        return try of("issueState", fields)
    }

    static func link(_ state: String, grant: String, subject: String) throws -> String {
        try of(
            "link",
            [
                "state": state, "grant": grant, "provider": "google",
                "account": ["subject": subject],
            ])
    }

    static func grant(
        _ grant: String, of user: String, status: String = "valid", key: String? = nil
    ) throws -> String {
        var fields: [String: any Sendable] = [
            "user": user, "toolkit": "gmail", "grant": grant, "provider": "google",
            "account": ["subject": grant], "status": status,
        ]
        if let key { fields["idempotencyKey"] = key }
        return try of("import", fields)
    }
}
