/// What the types of exported CloudEvents, and the schemas of their data, are called.
///
/// The prefix is no reverse domain name, because no domain name is this package's own.
enum CloudEventType {
    /// The event by which a ledger says of itself what is not in its log.
    static let created = name(of: "ledger-created.v1")

    private static let prefix = "accountledger."

    /// The type of the event with a wire name.
    static func name(of wireName: String) -> String { prefix + wireName }

    /// The wire name that a type stands for.
    static func wireName(of type: String) -> String? {
        guard type.utf8.starts(with: prefix.utf8) else { return nil }
        return String(type.utf8.dropFirst(prefix.utf8.count))
    }

    /// Where the schema of the data is, relative to the folder of this package.
    static func dataSchema(of type: String) -> String {
        "\(CloudEventSource.scheme):schemas/cloudevents/\(wireName(of: type) ?? type).json"
    }
}
