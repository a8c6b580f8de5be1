/// A field of a line or file that is not what it has to be: which, and what is wrong with it.
///
/// The reason never holds what the field says.
package struct FieldError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The field's name, dotted where it is nested: `account.email`.
    package let field: String
    package let reason: String

    package init(_ field: String, _ reason: String) {
        self.field = field
        self.reason = reason
    }

    package var description: String { "\(field) \(reason)" }

    /// The most scalars of a name that nobody here chose.
    private static let longestName = 64

    /// A name from outside in a form that can be shown: cut off, without control characters, never
    /// empty.
    static func displayable(_ name: String) -> String {
        var shown = String.UnicodeScalarView()
        for scalar in name.unicodeScalars.prefix(longestName) {
            shown.append(scalar.properties.generalCategory == .control ? "\u{FFFD}" : scalar)
        }
        if name.unicodeScalars.dropFirst(longestName).first != nil { shown.append("…") }
        return name.isEmpty ? "\"\"" : String(shown)
    }
}
