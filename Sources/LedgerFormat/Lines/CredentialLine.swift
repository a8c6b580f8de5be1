package import LedgerDomain

/// A row of `accounts`: every column is there, null where it has no value, `[]` where there are no
/// scopes.
package enum CredentialLine {
    package static func json(_ credential: Credential) -> JSONValue {
        JSONValue([
            "credential": .text(credential.id),
            "toolkit": .text(credential.toolkit),
            "grant": .text(credential.grant),
            "platform": .text(credential.platform) ?? .null,
            "provider": .text(credential.account.provider),
            "account": JSONValue([
                "subject": .text(credential.account.subject),
                "email": .text(credential.account.email) ?? .null,
                "name": .text(credential.account.name) ?? .null,
            ]),
            "label": .text(credential.label) ?? .null,
            "externalID": .text(credential.externalID) ?? .null,
            "member": .text(credential.member) ?? .null,
            "status": .string(credential.status.rawValue),
            "statusReason": .text(credential.statusReason) ?? .null,
            "firstConnectedAt": .time(credential.firstConnectedAt),
            "lastAuthenticatedAt": .time(credential.lastAuthenticatedAt),
            "statusChangedAt": .time(credential.statusChangedAt),
            "validUntil": .time(credential.validUntil) ?? .null,
            "scopes": .array(credential.scopes.map { .string($0) }),
            "version": .number(credential.version.number),
        ])
    }
}
