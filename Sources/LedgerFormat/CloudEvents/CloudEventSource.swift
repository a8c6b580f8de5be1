internal import LedgerDomain

/// The `source` of exported CloudEvents: the ledger, named by its id in a URI.
enum CloudEventSource {
    static let scheme = "account-ledger"

    /// The URI of the ledger with an id.
    static func uri(of ledger: [UInt8]) -> String { "\(scheme):\(ledger.lowercaseHexadecimal)" }

    /// The id of the ledger that a URI names.
    static func ledger(_ uri: String) -> [UInt8]? {
        guard uri.utf8.starts(with: "\(scheme):".utf8) else { return nil }
        let digits = uri.utf8.dropFirst(scheme.utf8.count + 1).map { digit -> UInt8? in
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
            default: nil
            }
        }
        let values = digits.compactMap(\.self)
        guard values.count == digits.count, values.count == 2 * LedgerHeader.idLength else {
            return nil
        }
        return stride(from: 0, to: values.count, by: 2).map { values[$0] << 4 | values[$0 + 1] }
    }
}
