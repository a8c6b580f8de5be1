/// An HTTP request that a platform delivered, as it came.
public struct WebhookDelivery: Sendable {
    /// The header fields.
    public var headers: WebhookHeaders
    /// The body as it was received: before it was decompressed, decoded or written anew.
    public var body: [UInt8]

    /// The most bytes of a body: 1 MiB.
    public static let maximumBodyLength = 1 << 20

    /// Joins headers and body.
    public init(headers: WebhookHeaders, body: [UInt8]) {
        self.headers = headers
        self.body = body
    }
}

/// The header fields of a delivery; names are compared without regard to the case of A to Z.
///
/// Values are taken as the server gives them, which is without white space around them.
public struct WebhookHeaders: Sendable {
    private let fields: [(name: String, value: String)]

    /// Takes the fields in any order, a name several times where it came several times.
    public init(_ fields: [(name: String, value: String)]) {
        self.fields = fields
    }

    /// The values of a name, in their order.
    public func values(_ name: String) -> [String] {
        let wanted = Self.folded(name)
        return fields.filter { Self.folded($0.name) == wanted }.map(\.value)
    }

    private static func folded(_ name: String) -> [UInt8] {
        name.utf8.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
    }

    /// The value of a name that has to be there once.
    func single(_ name: String) throws(PlatformError) -> String {
        let values = values(name)
        guard let value = values.first else {
            throw PlatformError(
                .missingHeader, name,
                "The header \(name) is missing. Refuse the delivery: it is not signed.")
        }
        guard values.count == 1 else {
            throw PlatformError(
                .repeatedHeader, name,
                "The header \(name) is there \(values.count) times, and only one can be meant."
                    + " Refuse the delivery.")
        }
        return value
    }
}

extension WebhookHeaders: ExpressibleByDictionaryLiteral {
    /// Takes names and values.
    public init(dictionaryLiteral elements: (String, String)...) {
        self.init(elements.map { (name: $0.0, value: $0.1) })
    }
}
