extension Nylas {
    /// The most characters of a challenge.
    public static let maximumChallengeLength = 1024

    /// The answer to the request by which Nylas makes sure that an endpoint is there.
    ///
    /// When a destination is made, Nylas sends a GET with a query `challenge`. Answer 200 with
    /// exactly this text as the body, as `text/plain`, not in chunks.
    ///
    /// - Parameter target: The target of the request, such as `/nylas?challenge=abc`.
    /// - Returns: The challenge; nil where there is none, more than one, or one that is not
    ///   printable ASCII of at most 1024 characters.
    public static func challenge(in target: String) -> String? {
        guard let mark = target.utf8.firstIndex(of: UInt8(ascii: "?")) else { return nil }
        let query = target[target.index(after: mark)...].prefix { $0 != "#" }
        let name = "challenge="
        let found = query.split(separator: "&").filter { $0.utf8.starts(with: name.utf8) }
        guard found.count == 1, let value = found.first?.dropFirst(name.count) else { return nil }
        return decoded(value)
    }

    private static func decoded(_ value: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = value.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = String(decoding: rest.prefix(2), as: UTF8.self)
            guard let code = Hexadecimal.decoded(digits, allowsCapitals: true), code.count == 1
            else { return nil }
            bytes += code
            rest = rest.dropFirst(2)
        }
        guard (1...maximumChallengeLength).contains(bytes.count),
            bytes.allSatisfy({ (0x21...0x7E).contains($0) })
        else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }
}
