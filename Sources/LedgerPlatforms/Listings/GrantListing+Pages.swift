public import LedgerDomain

extension GrantListing {
    /// Takes the answers of a platform that lists its grants for a reconciliation.
    ///
    /// It is partial, whatever `completeness` says, where the last page says that there are more,
    /// and where an entry could not be read: a partial listing revokes nothing. A grant whose user
    /// has not finished signing in, or that says of itself what is not known here, is listed
    /// without a status: it is there.
    ///
    /// - Parameters:
    ///   - pages: The answers, in the order in which they were asked for.
    ///   - platform: Who lists, as it is named where grants are linked.
    ///   - takenAt: A time before the first page was asked for.
    ///   - completeness: Whether the pages are every grant that the platform has.
    ///   - mapping: What the platform does not tell; what is not told either costs no answer about
    ///     a grant that the ledger knows. `creations` does not matter.
    /// - Throws: `ListingError` where an entry or the listing is not possible.
    public init(
        pages: [PlatformListing], of platform: PlatformID, takenAt: Timestamp,
        _ completeness: ListingCompleteness, mapping: NoticeMapping
    ) throws(ListingError) {
        let isWhole = pages.last?.saysMore == false && pages.allSatisfy(\.rejected.isEmpty)
        try self.init(
            of: platform, takenAt: takenAt, isWhole ? completeness : .partial,
            pages.flatMap(\.grants).map(mapping.listed))
    }
}

extension NoticeMapping {
    /// A grant of a platform's listing as a reconciliation compares it.
    fileprivate func listed(_ grant: PlatformGrant) -> ListedGrant {
        let facts = facts(of: grant.creation)
        let status: CredentialStatus? =
            switch grant.status {
            case .valid: .valid
            case .expired: .expired
            case .pending, .unknown: nil
            }
        let email = facts.account?.email ?? grant.email
        let subject = facts.account?.subject ?? grant.subject
        return ListedGrant(
            grant.grant, status, user: facts.user, toolkit: facts.toolkit, member: facts.member,
            provider: facts.account?.provider ?? grant.provider,
            // An address contradicts no stable name that the ledger knows the account by.
            subject: subject == email.map { Identifier($0) } ? nil : subject,
            email: email, name: facts.account?.name ?? grant.name,
            externalID: facts.externalID ?? grant.externalID, connectedAt: grant.createdAt,
            authenticatedAt: grant.workedAt)
    }
}
