extension Identifier: Codable {
    /// Reads a text, without checking it, as wrapping one does.
    public init(from decoder: any Decoder) throws {
        self.init(try decoder.singleValueContainer().decode(String.self))
    }

    /// Writes the text.
    ///
    /// A dictionary with identifiers as keys is written as an array of keys and values. As the
    /// names of an object, two identifiers that differ in bytes but not as Swift's texts would
    /// become one.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
