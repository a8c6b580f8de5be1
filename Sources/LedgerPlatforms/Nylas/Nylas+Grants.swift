internal import LedgerFormat

extension Nylas {
    /// Reads a listing of grants: the answer to GET `/v3/grants`, an array, or one grant.
    ///
    /// `grant_status` is `valid` or `invalid`; of any other the status is not known. `updated_at`
    /// is when the user last authenticated, `created_at` when the grant was made, both in seconds.
    /// `provider_user_id` stands for the account's stable name only where that is asked for: Nylas
    /// says that it may change. `settings` are not read.
    ///
    /// - Parameters:
    ///   - bytes: The body. Nobody signs it: it has to come over a connection that is trusted, or
    ///     from a file.
    ///   - takesProviderUserID: Whether `provider_user_id` stands for the account's stable name.
    /// - Throws: `PlatformError` where the body is not such a listing; what is wrong with a single
    ///   grant is in the listing.
    public static func grants(
        unverified bytes: [UInt8], takesProviderUserID: Bool = false
    ) throws(PlatformError) -> PlatformListing {
        let value = try BodyFields.value(bytes, upTo: PlatformListing.maximumLength)
        var listing = PlatformListing()
        let entries: [JSONValue]
        if case .array(let elements) = value {
            entries = elements
        } else if let fields = BodyFields(value, in: "") {
            listing.saysMore = fields.text("next_cursor") != nil
            switch fields["data"] {
            case .array(let elements)?: entries = elements
            case .object?: entries = fields["data"].map { [$0] } ?? []
            case nil where fields["grant_status"] != nil || fields["id"] != nil: entries = [value]
            default: throw fields.error("data", "is not a list of grants")
            }
        } else {
            throw PlatformError(.invalidBody, "The body is neither a JSON object nor an array.")
        }
        listing.read(entries.map { .init(fields: BodyFields($0, in: "")) }) {
            fields throws(PlatformError) in try grant(fields, takesProviderUserID)
        }
        return listing
    }

    private static func grant(
        _ fields: BodyFields, _ takesProviderUserID: Bool
    ) throws(PlatformError) -> PlatformGrant {
        let status: PlatformGrant.Status =
            switch fields.text("grant_status") {
            case "valid": .valid
            case "invalid": .expired
            default: .unknown
            }
        var grant = PlatformGrant(
            platform: platform, grant: GrantID(try fields.neededIdentifier("id")), status: status)
        grant.createdAt = try fields.seconds("created_at")
        grant.authenticatedAt = try fields.seconds("updated_at")
        grant.workedAt = grant.authenticatedAt
        grant.provider = fields.text("provider").map { ProviderID($0) }
        grant.email = fields.text("email")
        grant.name = fields.text("name")
        if takesProviderUserID {
            grant.subject = fields.text("provider_user_id").map { Identifier($0) }
        }
        grant.attributes = fields.object("metadata")?.attributes() ?? [:]
        for name in ["state", "workspace_id", "account_id"] {
            grant.attributes[name] = grant.attributes[name] ?? fields.text(name)
        }
        return grant
    }
}
