internal import LedgerDomain
internal import SwiftProtobuf

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

extension WireStateIssued {
    init(_ event: StateIssued) {
        digest = Data(event.digest.bytes)
        toolkit = event.toolkit.text
        switch event.intent {
        case .connect: break
        case .reconnect(let credential): reconnect = credential.text
        case .replace(let credential): replace = credential.text
        }
        expiresAt = event.expiresAt.microsecondsSinceEpoch
        allowMultiple = event.allowMultiple
        set(&self, \.externalID, event.externalID?.text)
        set(&self, \.member, event.member?.text)
    }

    func event(_ content: EventContent) throws(FormatError) -> StateIssued {
        try expectKnown(self, "state_issued")
        let intent: AuthorizationIntent =
            switch intent {
            case .reconnect(let credential):
                .reconnect(Identifier(try text(credential, "reconnect")))
            case .replace(let credential): .replace(Identifier(try text(credential, "replace")))
            case nil: .connect
            }
        return StateIssued(
            digest: try stateDigest(digest), toolkit: try required(toolkit, "toolkit"),
            intent: intent, expiresAt: try time(expiresAt, "expires_at"),
            allowMultiple: allowMultiple, label: try content.checkedLabel(),
            externalID: try optional(hasExternalID, externalID, "external_id"),
            member: try optional(hasMember, member, "member"))
    }
}

extension WireGrantLinked {
    init(_ event: GrantLinked) {
        credential = event.credential.text
        grant = event.grant.text
        set(&self, \.platform, event.platform?.text)
        toolkit = event.toolkit.text
        provider = event.account.provider.text
        subject = event.account.subject.text
        kind =
            switch event.kind {
            case .connected: .connected
            case .reconnected: .reconnected
            case .replaced: .replaced
            }
        switch event.origin {
        case .state(let digest): state = Data(digest.bytes)
        case .imported(let source): importSource = source
        case .reported(let notice): self.notice = notice.text
        }
        set(&self, \.externalID, event.externalID?.text)
        set(&self, \.member, event.member?.text)
        scopes = event.scopes
        set(&self, \.validUntil, event.validUntil?.microsecondsSinceEpoch)
        set(&self, \.previousGrant, event.previousGrant?.text)
        sharedAccount = event.sharedAccount
        superseded = event.superseded
    }

    func event(_ content: EventContent) throws(FormatError) -> GrantLinked {
        try expectKnown(self, "grant_linked")
        return GrantLinked(
            credential: try required(credential, "credential"), grant: try required(grant, "grant"),
            platform: try optional(hasPlatform, platform, "platform"),
            toolkit: try required(toolkit, "toolkit"), account: try account(content),
            kind: try linkKind(), origin: try linkOrigin(), label: try content.checkedLabel(),
            externalID: try optional(hasExternalID, externalID, "external_id"),
            member: try optional(hasMember, member, "member"), scopes: try checkedScopes(scopes),
            validUntil: hasValidUntil ? try time(validUntil, "valid_until") : nil,
            previousGrant: try optional(hasPreviousGrant, previousGrant, "previous_grant"),
            sharedAccount: sharedAccount, superseded: superseded)
    }

    private func account(_ content: EventContent) throws(FormatError) -> ProviderAccount {
        ProviderAccount(
            provider: try required(provider, "provider"), subject: try required(subject, "subject"),
            email: try content.checkedEmail(), name: try content.checkedName())
    }

    private func linkKind() throws(FormatError) -> LinkKind {
        switch kind {
        case .unspecified: throw FormatError(.missingField("kind"))
        case .connected: .connected
        case .reconnected: .reconnected
        case .replaced: .replaced
        case .UNRECOGNIZED(let value):
            throw FormatError(.unknownEnumValue(field: "kind", value: value))
        }
    }

    private func linkOrigin() throws(FormatError) -> LinkOrigin {
        switch origin {
        case .state(let digest): .state(try stateDigest(digest))
        case .importSource(let source): .imported(source: try text(source, "import_source"))
        case .notice(let notice): .reported(notice: Identifier(try text(notice, "notice")))
        case nil: throw FormatError(.missingField("origin"))
        }
    }
}

extension WireGrantExpired {
    init(_ event: GrantExpired) {
        credential = event.credential.text
        grant = event.grant.text
        set(&self, \.reason, event.reason)
        set(&self, \.notice, event.notice?.text)
        superseded = event.superseded
    }

    func event() throws(FormatError) -> GrantExpired {
        try expectKnown(self, "grant_expired")
        return GrantExpired(
            credential: try required(credential, "credential"), grant: try required(grant, "grant"),
            reason: hasReason ? try text(reason, "reason") : nil,
            notice: try optional(hasNotice, notice, "notice"), superseded: superseded)
    }
}

extension WireGrantRevoked {
    init(_ event: GrantRevoked) {
        credential = event.credential.text
        grant = event.grant.text
        reason = event.reason.text
    }

    func event() throws(FormatError) -> GrantRevoked {
        try expectKnown(self, "grant_revoked")
        return GrantRevoked(
            credential: try required(credential, "credential"), grant: try required(grant, "grant"),
            reason: try required(reason, "reason"))
    }
}

extension WireLabelChanged {
    func event(_ content: EventContent) throws(FormatError) -> LabelChanged {
        try expectKnown(self, "label_changed")
        return LabelChanged(
            credential: try required(credential, "credential"), label: try content.checkedLabel())
    }
}

extension WireAccountSelected {
    init(_ event: AccountSelected) {
        toolkit = event.toolkit.text
        set(&self, \.credential, event.credential?.text)
    }

    func event() throws(FormatError) -> AccountSelected {
        try expectKnown(self, "account_selected")
        return AccountSelected(
            toolkit: try required(toolkit, "toolkit"),
            credential: try optional(hasCredential, credential, "credential"))
    }
}
