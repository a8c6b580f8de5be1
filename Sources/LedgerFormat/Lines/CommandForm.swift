internal import LedgerDomain

/// A command's name in lines, its fields, and how they are read.
struct CommandForm: Sendable {
    let name: String
    /// The command's own fields, in the order in which they are checked.
    let fields: [String]
    let read: @Sendable (FieldReader) throws(FieldError) -> Command.Action

    /// The fields that every command may carry.
    static let envelope = [
        "actor", "occurredAt", "idempotencyKey", "expectedUserVersion", "correlationID",
        "causationID",
    ]

    static let all = [
        CommandForm(
            name: "issueState",
            fields: [
                "user", "toolkit", "lifetimeSeconds", "allowMultiple", "reconnect", "replace",
                "label",
                "externalID", "member",
            ]
        ) { fields throws(FieldError) in .issueState(try IssueState(fields)) },
        CommandForm(
            name: "link",
            fields: [
                "state", "grant", "provider", "account", "toolkit", "platform", "scopes",
                "validUntil",
                "label",
            ]
        ) { fields throws(FieldError) in .link(try LinkGrant(fields)) },
        CommandForm(
            name: "expire", fields: ["grant", "reason", "notice", "user"]
        ) { fields throws(FieldError) in .expire(try ExpireGrant(fields)) },
        CommandForm(
            name: "report", fields: ["grant", "status", "notice", "reason", "user"]
        ) { fields throws(FieldError) in .report(try ReportGrant(fields)) },
        CommandForm(
            name: "revoke", fields: ["credential", "grant", "reason", "user"]
        ) { fields throws(FieldError) in .revoke(try RevokeGrant(fields)) },
        CommandForm(
            name: "relabel", fields: ["credential", "label", "user"]
        ) { fields throws(FieldError) in .relabel(try Relabel(fields)) },
        CommandForm(
            name: "select", fields: ["user", "toolkit", "credential"]
        ) { fields throws(FieldError) in .select(try SelectAccount(fields)) },
        CommandForm(
            name: "import",
            fields: [
                "user", "toolkit", "grant", "provider", "account", "label", "externalID", "member",
                "connectedAt", "status", "platform",
            ]
        ) { fields throws(FieldError) in .importGrant(try ImportGrant(fields)) },
    ]
}

extension IssueState {
    fileprivate init(_ fields: FieldReader) throws(FieldError) {
        self.init(
            user: try fields.identifier("user"), toolkit: try fields.identifier("toolkit"),
            lifetimeSeconds: try fields.optionalInteger(
                "lifetimeSeconds", in: Int64(Int32.min)...Int64(Int32.max)
            ).map { Int($0) },
            allowMultiple: try fields.optionalBool("allowMultiple"),
            reconnect: try fields.optionalIdentifier("reconnect"),
            replace: try fields.optionalIdentifier("replace"),
            label: try fields.optionalText("label"),
            externalID: try fields.optionalIdentifier("externalID"),
            member: try fields.optionalIdentifier("member"))
    }
}

extension LinkGrant {
    fileprivate init(_ fields: FieldReader) throws(FieldError) {
        let token = StateToken(try fields.text("state"))
        self.init(
            state: StateDigest(of: token), grant: try fields.identifier("grant"),
            account: try ProviderAccount(fields), toolkit: try fields.optionalIdentifier("toolkit"),
            platform: try fields.optionalIdentifier("platform"),
            scopes: try fields.optionalTexts("scopes"),
            validUntil: try fields.optionalTime("validUntil"),
            label: try fields.optionalText("label"))
    }
}

extension ExpireGrant {
    fileprivate init(_ fields: FieldReader) throws(FieldError) {
        self.init(
            grant: try fields.identifier("grant"), reason: try fields.optionalText("reason"),
            notice: try fields.optionalIdentifier("notice"),
            user: try fields.optionalIdentifier("user"))
    }
}

extension ReportGrant {
    fileprivate init(_ fields: FieldReader) throws(FieldError) {
        // When it happened decides, so a line without it is no report.
        _ = try fields.time("occurredAt")
        self.init(
            grant: try fields.identifier("grant"), status: try fields.choice("status"),
            notice: try fields.identifier("notice"), reason: try fields.optionalText("reason"),
            user: try fields.optionalIdentifier("user"))
    }
}

extension RevokeGrant {
    fileprivate init(_ fields: FieldReader) throws(FieldError) {
        self.init(
            try Self.target(fields), reason: try fields.optionalIdentifier("reason"),
            user: try fields.optionalIdentifier("user"))
    }

    private static func target(_ fields: FieldReader) throws(FieldError) -> Target {
        let credential: CredentialID? = try fields.optionalIdentifier("credential")
        let grant: GrantID? = try fields.optionalIdentifier("grant")
        switch (credential, grant) {
        case (let credential?, nil): return .credential(credential)
        case (nil, let grant?): return .grant(grant)
        default:
            throw FieldError("credential", "exactly one of credential and grant is needed")
        }
    }
}

extension Relabel {
    fileprivate init(_ fields: FieldReader) throws(FieldError) {
        self.init(
            credential: try fields.identifier("credential"), label: try fields.presentText("label"),
            user: try fields.optionalIdentifier("user"))
    }
}

extension SelectAccount {
    fileprivate init(_ fields: FieldReader) throws(FieldError) {
        self.init(
            user: try fields.identifier("user"), toolkit: try fields.identifier("toolkit"),
            credential: try fields.presentText("credential").map { CredentialID($0) })
    }
}

extension ImportGrant {
    fileprivate init(_ fields: FieldReader) throws(FieldError) {
        self.init(
            user: try fields.identifier("user"), toolkit: try fields.identifier("toolkit"),
            grant: try fields.identifier("grant"), account: try ProviderAccount(fields),
            label: try fields.optionalText("label"),
            externalID: try fields.optionalIdentifier("externalID"),
            member: try fields.optionalIdentifier("member"),
            connectedAt: try fields.optionalTime("connectedAt"),
            status: try fields.optionalChoice("status"),
            platform: try fields.optionalIdentifier("platform"), source: "apply")
    }
}

extension ProviderAccount {
    fileprivate init(_ fields: FieldReader) throws(FieldError) {
        let provider: ProviderID = try fields.identifier("provider")
        let account = try fields.object("account", knownNames: ["subject", "email", "name"])
        self.init(
            provider: provider, subject: try account.identifier("subject"),
            email: try account.optionalText("email"), name: try account.optionalText("name"))
    }
}
