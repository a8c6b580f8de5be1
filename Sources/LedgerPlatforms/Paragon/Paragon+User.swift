internal import LedgerFormat

extension Paragon {
    /// How the statuses of credentials are read.
    public struct Statuses: Sendable, Hashable {
        /// What each status of Paragon means; one that is not here is not known.
        ///
        /// VALID, INVALID and PENDING are in the vendor's own sample; EXPIRED is in a schema of
        /// others. The whole list is not documented.
        public var meanings: [String: PlatformGrant.Status]

        /// Describes how statuses are read.
        public init(
            meanings: [String: PlatformGrant.Status] = [
                "VALID": .valid, "INVALID": .expired, "EXPIRED": .expired, "PENDING": .pending,
            ]
        ) {
            self.meanings = meanings
        }
    }

    /// Reads the credentials of a user: the answer to GET `/projects/{project}/sdk/me`.
    ///
    /// The integration stands for provider and toolkit, `providerId` for the account's stable name,
    /// `userId` for the application's user, and `externalId` for the external id. A credential
    /// worked when it was last refreshed, and when it was made: the later of the two. A refresh
    /// is no authentication of the user, and an import of the listing reports none, unless
    /// that is asked for; a reconciliation takes it for a sign that an expired grant works again.
    /// The token of the user, the settings and what the provider answered are not read.
    ///
    /// An integration without `allCredentials`, as a project without several accounts has it, is
    /// read from `credentialId` and `credentialStatus`.
    ///
    /// - Parameters:
    ///   - bytes: The body. Nobody signs it: it has to come over a connection that is trusted, or
    ///     from a file.
    ///   - statuses: How statuses are read.
    ///   - countsRefreshes: Whether a refresh counts as an authentication of the user. Then every
    ///     listing with a later refresh is recorded as a reconnection.
    /// - Throws: `PlatformError` where the body is not that of a user; what is wrong with a single
    ///   credential is in the listing.
    public static func credentials(
        unverified bytes: [UInt8], statuses: Statuses = Statuses(), countsRefreshes: Bool = false
    ) throws(PlatformError) -> PlatformListing {
        let fields = try BodyFields(bytes)
        let user = UserID(try fields.neededIdentifier("userId"))
        let integrations = try fields.neededObject("integrations")
        var listing = PlatformListing()
        for name in integrations.names {
            guard let integration = integrations.object(name) else { continue }
            listing.read(entries(integration)) { credential throws(PlatformError) in
                var grant = try grant(credential, statuses)
                grant.provider = ProviderID(name)
                grant.user = user
                if countsRefreshes { grant.authenticatedAt = grant.workedAt }
                return grant
            }
        }
        return listing
    }

    private static func entries(_ integration: BodyFields) -> [PlatformListing.JSONEntry] {
        if case .array(let elements)? = integration["allCredentials"] {
            return elements.map { .init(fields: BodyFields($0, in: "")) }
        }
        guard integration.text("credentialId") != nil else { return [] }
        return [.init(fields: integration)]
    }

    private static func grant(
        _ fields: BodyFields, _ statuses: Statuses
    ) throws(PlatformError) -> PlatformGrant {
        let isListed = fields["id"] != nil
        let id = try fields.neededIdentifier(isListed ? "id" : "credentialId")
        let status = fields.text(isListed ? "status" : "credentialStatus")
        var grant = PlatformGrant(
            platform: platform, grant: GrantID(id),
            status: status.flatMap { statuses.meanings[$0] } ?? .unknown)
        grant.createdAt = try fields.time("dateCreated")
        let times = [try fields.time("dateRefreshed"), grant.createdAt]
        grant.workedAt = times.compactMap { $0 }.max()
        grant.subject = fields.text("providerId").map { Identifier($0) }
        grant.externalID = fields.text("externalId").map { ExternalID($0) }
        return grant
    }
}
