package import LedgerDomain
internal import SwiftProtobuf

/// Rows of the view of credentials to bytes and back; the user and the id are in the key.
package enum CredentialRowCodec {
    package static func encode(_ credential: Credential) throws(FormatError) -> [UInt8] {
        try serialize(WireCredentialRow(credential))
    }

    package static func decode(
        _ bytes: [UInt8], user: UserID, id: CredentialID
    ) throws(FormatError) -> Credential {
        let row: WireCredentialRow = try parse(bytes)
        return try row.credential(user: user, id: id)
    }
}

extension CredentialRowCodec {
    /// The label in a row, without decoding the rest: a label is compared with those of all
    /// accounts of a toolkit.
    package static func label(in bytes: Span<UInt8>) throws(FormatError) -> String? {
        var row = WireReader(bytes)
        while let field = try row.next() {
            if field.number == labelField { return try row.text(field) }
            try row.skip(field)
        }
        return nil
    }

    /// The number of `label` in `schemas/views.proto`.
    private static let labelField = 19
}

/// Rows of the view of selections to bytes and back.
package enum SelectionRowCodec {
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

    /// Reads the fields itself: every question for a selection decodes a row, and generated code
    /// takes longer over that than all else together.
    package static func decode(_ bytes: Span<UInt8>) throws(FormatError) -> ToolkitAccounts {
        var accounts = ToolkitAccounts()
        accounts.live.reserveCapacity(bytes.count / usualAccountLength + 1)
        var row = WireReader(bytes)
        while let field = try row.next() {
            switch field.number {
            case 1: accounts.live.append(try account(in: try row.message(field)))
            case 2: accounts.choice = CredentialID(try row.text(field))
            default: throw FormatError(.unknownField(in: "selection row"))
            }
        }
        return accounts
    }

    /// Of an account whose credential has an identifier made by us.
    private static let usualAccountLength = 35

    private static func account(
        in message: consuming WireReader
    ) throws(FormatError) -> ToolkitAccounts.Account {
        var account = ToolkitAccounts.Account(credential: CredentialID(""), isUsable: false)
        while let field = try message.next() {
            switch field.number {
            case 1: account.credential = CredentialID(try message.text(field))
            case 2: account.isUsable = try message.number(field) != 0
            default: throw FormatError(.unknownField(in: "selection row"))
            }
        }
        return account
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
