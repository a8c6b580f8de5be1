package import LedgerDomain
internal import SwiftProtobuf

/// Rows of the built-in views to bytes and back through messages of swift-protobuf: reads whatever
/// is a row, and knows why bytes are none.
///
/// It is the measure of the faster way, which has to give the same answers.
package enum MessageRows {
    package static func encode(_ credential: Credential) throws(FormatError) -> [UInt8] {
        try serialize(WireCredentialRow(credential))
    }

    package static func credential(
        _ bytes: [UInt8], user: UserID, id: CredentialID
    ) throws(FormatError) -> Credential {
        let row: WireCredentialRow = try parse(bytes)
        return try row.credential(user: user, id: id)
    }

    package static func encode(_ accounts: ToolkitAccounts) throws(FormatError) -> [UInt8] {
        try serialize(
            WireSelectionRow.with { row in
                row.live = accounts.live.map { account in
                    .with {
                        $0.credential = account.credential.text
                        $0.usable = account.isUsable
                    }
                }
                set(&row, \.choice, accounts.choice?.text)
            })
    }

    package static func accounts(_ bytes: [UInt8]) throws(FormatError) -> ToolkitAccounts {
        let row: WireSelectionRow = try parse(bytes)
        try expectKnown(row, "selection row")
        var accounts = ToolkitAccounts(choice: row.hasChoice ? CredentialID(row.choice) : nil)
        for account in row.live {
            try expectKnown(account, "selection row")
            accounts.live.append(
                ToolkitAccounts.Account(
                    credential: CredentialID(account.credential), isUsable: account.usable))
        }
        return accounts
    }
}

extension WireCredentialRow {
    fileprivate init(_ credential: Credential) {
        toolkit = credential.toolkit.text
        grant = credential.grant.text
        set(&self, \.platform, credential.platform?.text)
        provider = credential.account.provider.text
        subject = credential.account.subject.text
        set(&self, \.externalID, credential.externalID?.text)
        set(&self, \.member, credential.member?.text)
        status =
            switch credential.status {
            case .valid: .valid
            case .expired: .expired
            case .revoked: .revoked
            }
        set(&self, \.statusReason, credential.statusReason)
        firstConnectedAt = credential.firstConnectedAt.microsecondsSinceEpoch
        lastAuthenticatedAt = credential.lastAuthenticatedAt.microsecondsSinceEpoch
        statusChangedAt = credential.statusChangedAt.microsecondsSinceEpoch
        set(&self, \.validUntil, credential.validUntil?.microsecondsSinceEpoch)
        scopes = credential.scopes
        createdAt = credential.createdAt.number
        version = credential.version.number
        set(&self, \.email, credential.account.email)
        set(&self, \.name, credential.account.name)
        set(&self, \.label, credential.label)
    }

    fileprivate func credential(user: UserID, id: CredentialID) throws(FormatError) -> Credential {
        try expectKnown(self, "credential row")
        let account = ProviderAccount(
            provider: ProviderID(provider), subject: Identifier(subject),
            email: hasEmail ? email : nil, name: hasName ? name : nil)
        return Credential(
            id: id, user: user, toolkit: ToolkitID(toolkit), grant: GrantID(grant),
            platform: hasPlatform ? PlatformID(platform) : nil, account: account,
            label: hasLabel ? label : nil, externalID: hasExternalID ? ExternalID(externalID) : nil,
            member: hasMember ? MemberID(member) : nil, status: try domainStatus(),
            statusReason: hasStatusReason ? statusReason : nil,
            firstConnectedAt: Timestamp(microsecondsSinceEpoch: firstConnectedAt),
            lastAuthenticatedAt: Timestamp(microsecondsSinceEpoch: lastAuthenticatedAt),
            statusChangedAt: Timestamp(microsecondsSinceEpoch: statusChangedAt),
            validUntil: hasValidUntil ? Timestamp(microsecondsSinceEpoch: validUntil) : nil,
            scopes: scopes, createdAt: Position(createdAt), version: Position(version))
    }

    private func domainStatus() throws(FormatError) -> CredentialStatus {
        switch status {
        case .unspecified: throw FormatError(.missingField("status"))
        case .valid: .valid
        case .expired: .expired
        case .revoked: .revoked
        case .UNRECOGNIZED(let value):
            throw FormatError(.unknownEnumValue(field: "status", value: value))
        }
    }
}
