/// HTML that is also well-formed XML: each element that is opened is closed.
///
/// Text and values of attributes are escaped, whatever they hold; names of elements and attributes
/// are the caller's own.
struct Markup {
    private(set) var text = ""

    /// An element, with what its body writes.
    mutating func element(
        _ name: String, _ attributes: KeyValuePairs<String, String?> = [:],
        _ body: (inout Markup) -> Void
    ) {
        open(name, attributes)
        text += ">"
        body(&self)
        text += "</\(name)>"
    }

    /// An element that holds a text.
    mutating func element(
        _ name: String, _ attributes: KeyValuePairs<String, String?> = [:], text: String
    ) {
        element(name, attributes) { $0.write(text) }
    }

    /// An element that holds nothing.
    mutating func empty(_ name: String, _ attributes: KeyValuePairs<String, String?> = [:]) {
        open(name, attributes)
        text += "/>"
    }

    /// A text.
    mutating func write(_ text: String) {
        self.text += Self.escaped(text)
    }

    /// A text from outside, in whose direction nothing else is drawn.
    mutating func foreign(_ text: String) {
        element("bdi", text: text)
    }

    /// A line break in the file, for those who look into it.
    mutating func newLine() { text += "\n" }

    /// What is well-formed already: the style sheet and constant shapes.
    mutating func verbatim(_ text: StaticString) { self.text += text.description }

    private mutating func open(_ name: String, _ attributes: KeyValuePairs<String, String?>) {
        text += "<" + name
        for (name, value) in attributes {
            guard let value else { continue }
            text += " \(name)=\"\(Self.escaped(value))\""
        }
    }

    /// Marks of HTML become references; what is invisible, moves a cursor or is no character of a
    /// document is written out.
    private static func escaped(_ text: String) -> String {
        guard text.utf8.contains(where: isSpecial) else { return text }
        var escaped = ""
        for scalar in text.harmless.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            case _ where scalar.properties.isNoncharacterCodePoint:
                escaped += scalar.escaped(asASCII: true)
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    /// Whether a byte may need a closer look: marks, controls, and all beyond ASCII.
    private static func isSpecial(_ byte: UInt8) -> Bool {
        switch byte {
        case ..<0x20, 0x7F...: true
        case UInt8(ascii: "&"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""),
            UInt8(ascii: "'"):
            true
        default: false
        }
    }
}
