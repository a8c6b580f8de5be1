/// A row of `replay --between`: a row of `accounts` or of `active` at two moments.
package enum ChangeLine {
    /// What kind of row it is.
    package enum Kind: String, Sendable {
        case credential
        case selection
    }

    /// How the row is another.
    package enum Manner: String, Sendable {
        /// It is new.
        case added
        /// It is there at both moments.
        case changed
        /// It is of a credential that was live and is not any more.
        case revoked
        /// It is gone: the toolkit has nothing to select from any more.
        case removed
    }

    /// The row; the key is the credential's id or the toolkit.
    package static func json(
        _ kind: Kind, _ manner: Manner, key: String, before: JSONValue?, after: JSONValue?,
        _ changes: [ExplanationLine.Change]
    ) -> [JSONValue.Member] {
        [
            .init("kind", .string(kind.rawValue)), .init("change", .string(manner.rawValue)),
            .init(kind == .credential ? "credential" : "toolkit", .string(key)),
            .init("changes", .array(changes.map(ExplanationLine.json))),
            .init("before", before ?? .null), .init("after", after ?? .null),
        ]
    }
}
