package import LedgerDomain

/// Reads a line of a listing: what a platform lists of one grant.
///
/// Unknown fields are refused and named, as in commands: a typing error would lose a fact.
package enum ListingReader {
    private static let fields = [
        "grant", "status", "user", "toolkit", "member", "provider", "account", "externalID",
        "connectedAt", "authenticatedAt", "statusChangedAt",
    ]

    /// Reads one line, without its line feed.
    package static func grant(_ bytes: [UInt8]) throws(FieldError) -> ListedGrant {
        let members = try JSONParser.members(bytes, of: "line")
        let line = try FieldReader(members, knownNames: fields, owner: "a listing")
        let account = try line.optionalObject("account", knownNames: ["subject", "email", "name"])
        return ListedGrant(
            try line.identifier("grant"), try line.optionalChoice("status"),
            user: try line.optionalIdentifier("user"),
            toolkit: try line.optionalIdentifier("toolkit"),
            member: try line.optionalIdentifier("member"),
            provider: try line.optionalIdentifier("provider"),
            subject: try account?.optionalIdentifier("subject"),
            email: try account?.optionalText("email"), name: try account?.optionalText("name"),
            externalID: try line.optionalIdentifier("externalID"),
            connectedAt: try line.optionalTime("connectedAt"),
            authenticatedAt: try line.optionalTime("authenticatedAt"),
            statusChangedAt: try line.optionalTime("statusChangedAt"))
    }
}
