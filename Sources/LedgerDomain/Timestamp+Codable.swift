extension Timestamp: Codable {
    /// Reads an RFC 3339 time with an offset.
    ///
    /// - Throws: `DecodingError.dataCorrupted` for any other text.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let time = Timestamp(rfc3339: try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "is not an RFC 3339 time with an offset")
        }
        self = time
    }

    /// Writes RFC 3339 in UTC with six digits of fraction, as exported lines have it.
    ///
    /// - Throws: `EncodingError.invalidValue` for a time that is not in the years 1 to 9999: its
    ///   text could not be read back.
    public func encode(to encoder: any Encoder) throws {
        guard isInRange else {
            let context = EncodingError.Context(
                codingPath: encoder.codingPath,
                debugDescription: "is not in the years 1 to 9999")
            throw EncodingError.invalidValue(self, context)
        }
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
