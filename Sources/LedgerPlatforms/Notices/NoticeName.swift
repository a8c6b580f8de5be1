internal import LedgerFormat

extension NoticeID {
    /// A name that is the same for every delivery of a notice, and differs for different ones.
    ///
    /// A digest of the parts, which a platform may make longer than a name may be.
    init(_ platform: PlatformID, of parts: [String]) {
        var bytes: [UInt8] = []
        for part in parts {
            bytes += UInt64(part.utf8.count).bigEndianBytes
            bytes += Array(part.utf8)
        }
        self.init("\(platform):" + sha256(bytes).prefix(16).map { $0 }.lowercaseHexadecimal)
    }
}

extension CausationID {
    /// A platform's own id of a notice; none where it is no identifier.
    init?(told text: String?) {
        guard let text, Limits.violation(ofIdentifier: text) == nil else { return nil }
        self.init(text)
    }
}
