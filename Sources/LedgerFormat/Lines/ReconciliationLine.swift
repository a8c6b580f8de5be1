package import LedgerDomain

/// What `reconcile` prints: a report, and a row for each finding.
package enum ReconciliationLine {
    /// The report without its findings.
    package static func summary(_ report: ReconciliationReport) -> [JSONValue.Member] {
        let evidence = report.completeness.evidence
        return [
            .init("platform", .string(report.platform.text)),
            .init("takenAt", .string(report.takenAt.description)),
            .init("complete", .bool(evidence != nil)),
            .init("pages", evidence.map { .integer(Int64($0.pages)) } ?? .null),
            .init("total", evidence?.total.map { .integer(Int64($0)) } ?? .null),
            .init("listed", .integer(Int64(report.listed))),
            .init("known", report.known.map { .integer(Int64($0)) } ?? .null),
            .init("same", .integer(Int64(report.same))),
            .init("suspicion", .text(report.suspicion?.name) ?? .null),
        ]
    }

    /// The row of a finding; its mend is a line that `apply` takes.
    package static func json(
        _ finding: ReconciliationFinding, in report: ReconciliationReport,
        context: CommandContext? = nil
    ) -> [JSONValue.Member] {
        [
            .init("kind", .string(finding.kind.rawValue)),
            .init("grant", .string(finding.grant.text)),
            .init("credential", .text(finding.credential) ?? .null),
            .init("user", .text(finding.user) ?? .null),
            .init("userVersion", finding.userVersion.map { .number($0.number) } ?? .null),
            .init("reason", .string(finding.reason)),
            .init("mend", finding.command(in: report, context: context).flatMap(line) ?? .null),
        ]
    }

    /// A command as the line that brings it.
    private static func line(_ command: Command) -> JSONValue? {
        var members: [JSONValue.Member] = [.init("command", .string(command.action.name))]
        switch command.action {
        case .expire(let action): members += fields(action)
        case .revoke(let action): members += fields(action)
        case .importGrant(let action): members += fields(action)
        case .report(let action): members += fields(action)
        case .issueState, .link, .relabel, .select: return nil
        }
        let context = command.context
        let actor = JSONValue([
            "kind": .string(context.actor.kind.rawValue), "id": .text(context.actor.id),
        ])
        let envelope = JSONValue([
            "actor": actor, "occurredAt": .time(context.occurredAt),
            "expectedUserVersion": context.expectedUserVersion.map { .number($0.number) },
            "correlationID": .text(context.correlationID),
            "causationID": .text(context.causationID),
        ])
        return .object(members + envelope.members)
    }

    private static func fields(_ action: ExpireGrant) -> [JSONValue.Member] {
        JSONValue([
            "grant": .text(action.grant), "reason": .text(action.reason),
            "notice": .text(action.notice), "user": .text(action.user),
        ]).members
    }

    private static func fields(_ action: ReportGrant) -> [JSONValue.Member] {
        JSONValue([
            "grant": .text(action.grant), "status": .string(action.status.rawValue),
            "notice": .text(action.notice), "reason": .text(action.reason),
            "user": .text(action.user),
        ]).members
    }

    private static func fields(_ action: RevokeGrant) -> [JSONValue.Member] {
        let (credential, grant): (CredentialID?, GrantID?) =
            switch action.target {
            case .credential(let credential): (credential, nil)
            case .grant(let grant): (nil, grant)
            }
        return JSONValue([
            "credential": .text(credential), "grant": .text(grant),
            "reason": .text(action.reason), "user": .text(action.user),
        ]).members
    }

    private static func fields(_ action: ImportGrant) -> [JSONValue.Member] {
        let account = JSONValue([
            "subject": .text(action.account.subject), "email": .text(action.account.email),
            "name": .text(action.account.name),
        ])
        return JSONValue([
            "user": .text(action.user), "toolkit": .text(action.toolkit),
            "grant": .text(action.grant), "provider": .text(action.account.provider),
            "account": account, "label": .text(action.label),
            "externalID": .text(action.externalID), "member": .text(action.member),
            "connectedAt": .time(action.connectedAt), "status": .text(action.status?.rawValue),
            "platform": .text(action.platform),
        ]).members
    }
}

extension ListingSuspicion {
    /// The name for programs; stable.
    fileprivate var name: String {
        switch self {
        case .empty: "empty"
        case .farFewer: "farFewer"
        }
    }
}

extension JSONValue {
    /// The members of an object; none of anything else.
    fileprivate var members: [Member] {
        if case .object(let members) = self { members } else { [] }
    }
}
