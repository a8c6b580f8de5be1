internal import LedgerDomain

extension CanonicalReader {
    /// A row of the view of credentials; the tags are those of `schemas/views.proto`.
    ///
    /// What the fields say is not checked: it comes from records, where it was.
    @inline(__always)
    mutating func credentialRow(user: UserID, id: CredentialID) throws(Refusal) -> Credential {
        let toolkit: ToolkitID = try name(0x0A)
        let grant: GrantID = try name(0x12)
        let platform: PlatformID? = try optionalName(0x1A)
        let provider: ProviderID = try name(0x22)
        let subject: Identifier<ProviderAccount.Subject> = try name(0x2A)
        let externalID: ExternalID? = try optionalName(0x32)
        let member: MemberID? = try optionalName(0x3A)
        let status = try status()
        let statusReason = take(0x4A) ? try text() : nil
        let firstConnectedAt = try time(0x50)
        let lastAuthenticatedAt = try time(0x58)
        let statusChangedAt = try time(0x60)
        let validUntil = take(0x68) ? try time() : nil
        let scopes = try names()
        let createdAt = take(0x78) ? try number() : 0
        let version = take(0x80, 0x01) ? try number() : 0
        let email = take(0x8A, 0x01) ? try text() : nil
        let name = take(0x92, 0x01) ? try text() : nil
        let label = take(0x9A, 0x01) ? try text() : nil
        guard isAtEnd else { throw Refusal() }
        return Credential(
            id: id, user: user, toolkit: toolkit, grant: grant, platform: platform,
            account: ProviderAccount(
                provider: provider, subject: subject, email: email, name: name),
            label: label, externalID: externalID, member: member, status: status,
            statusReason: statusReason, firstConnectedAt: firstConnectedAt,
            lastAuthenticatedAt: lastAuthenticatedAt, statusChangedAt: statusChangedAt,
            validUntil: validUntil, scopes: scopes, createdAt: Position(createdAt),
            version: Position(version))
    }

    private mutating func status() throws(Refusal) -> CredentialStatus {
        try expect(0x40)
        switch try number() {
        case 1: return .valid
        case 2: return .expired
        case 3: return .revoked
        default: throw Refusal()
        }
    }

    private mutating func names() throws(Refusal) -> [String] {
        var names: [String] = []
        while take(0x72) {
            if names.isEmpty { names.reserveCapacity(4) }
            names.append(try text())
        }
        return names
    }
}

extension CanonicalReader {
    /// A row of the view of selections.
    mutating func selectionRow() throws(Refusal) -> ToolkitAccounts {
        var accounts = ToolkitAccounts()
        while take(0x0A) {
            if accounts.live.isEmpty {
                accounts.live.reserveCapacity(remaining / Self.usualAccountLength + 1)
            }
            let outer = try enter()
            let credential: CredentialID = try name(0x0A)
            accounts.live.append(
                ToolkitAccounts.Account(credential: credential, isUsable: try flag(0x10)))
            try leave(to: outer)
        }
        accounts.choice = try optionalName(0x12)
        guard isAtEnd else { throw Refusal() }
        return accounts
    }

    /// How the accounts of a row without a choice stand; their names are not looked at.
    mutating func standing() throws(Refusal) -> AccountStanding {
        var standing = AccountStanding()
        while take(0x0A) {
            let outer = try enter()
            try expect(0x0A)
            _ = try range()
            standing.add(isUsable: try flag(0x10))
            try leave(to: outer)
        }
        guard isAtEnd else { throw Refusal() }
        return standing
    }

    /// Names the accounts of a row to a selection.
    mutating func name(to selection: inout PendingSelection) throws(Refusal) {
        while take(0x0A) {
            let outer = try enter()
            selection.add(try name(0x0A), isUsable: try flag(0x10))
            try leave(to: outer)
        }
    }

    /// Of an account whose credential has an identifier made by us.
    private static var usualAccountLength: Int { 35 }
}

extension CanonicalReader {
    @inline(__always)
    private mutating func name<Kind>(_ tag: UInt8) throws(Refusal) -> Identifier<Kind> {
        try expect(tag)
        return Identifier(try text())
    }

    @inline(__always)
    private mutating func optionalName<Kind>(_ tag: UInt8) throws(Refusal) -> Identifier<Kind>? {
        take(tag) ? Identifier(try text()) : nil
    }

    /// A time that is left out where it is 0.
    @inline(__always)
    private mutating func time(_ tag: UInt8) throws(Refusal) -> Timestamp {
        take(tag) ? try time() : Timestamp(microsecondsSinceEpoch: 0)
    }

    @inline(__always)
    private mutating func time() throws(Refusal) -> Timestamp {
        Timestamp(microsecondsSinceEpoch: Int64(bitPattern: try number()))
    }
}
