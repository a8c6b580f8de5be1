internal import AccountLedger
internal import Testing

extension Ledger {
    /// Connects an account from its authorization to its end, and gives its credential.
    @discardableResult
    func connect(
        _ user: UserID, _ toolkit: ToolkitID, grant: GrantID, _ provider: ProviderID,
        _ address: String, label: String? = nil, externalID: ExternalID? = nil,
        member: MemberID? = nil, platform: PlatformID
    ) async throws -> CredentialID {
        let asked = IssueState(
            user: user, toolkit: toolkit, allowMultiple: true, label: label,
            externalID: externalID, member: member)
        let state = try #require(try await issueState(asked).get().state)
        let linked = try await link(
            state: state, grant: grant,
            account: ProviderAccount(
                provider: provider, subject: Identifier(address), email: address),
            platform: platform)
        return try #require(try linked.get().credential)
    }
}
