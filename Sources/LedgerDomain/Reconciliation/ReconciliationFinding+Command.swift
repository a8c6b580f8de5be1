extension ReconciliationFinding {
    /// The command that makes the ledger agree with the listing of a report; none where there is
    /// none.
    ///
    /// It is carried out only while the user is as the report saw it.
    ///
    /// - Parameters:
    ///   - report: The report that the finding is of.
    ///   - context: Who asks; the platform where left out.
    public func command(
        in report: ReconciliationReport, context: CommandContext? = nil
    ) -> Command? {
        guard let action = action(report) else { return nil }
        var context = context ?? CommandContext(actor: .platform(report.platform))
        context.occurredAt = occurredAt ?? report.takenAt
        context.expectedUserVersion = userVersion
        return Command(action, context: context)
    }

    private var occurredAt: Timestamp? {
        switch mend {
        case .expire(let time), .authenticate(let time): time
        case .revoke, .importGrant, nil: nil
        }
    }

    private func notice(of report: ReconciliationReport) -> NoticeID {
        NoticeID("listing \(report.takenAt)")
    }

    private func action(_ report: ReconciliationReport) -> Command.Action? {
        switch mend {
        case .expire:
            // The listing is the notice: a later one of the same expiry is another.
            return .expire(
                ExpireGrant(
                    grant: grant, reason: "listed as expired",
                    notice: notice(of: report), user: user))
        case .authenticate:
            return .report(
                ReportGrant(
                    grant: grant, status: .authenticated, notice: notice(of: report), user: user))
        case .revoke:
            return .revoke(RevokeGrant(.grant(grant), reason: .withdrawnAtProvider, user: user))
        case .importGrant(let listed):
            guard let status = listed.status, let user = listed.user,
                let toolkit = listed.toolkit, let account = listed.account
            else { return nil }
            return .importGrant(
                ImportGrant(
                    user: user, toolkit: toolkit, grant: listed.grant, account: account,
                    externalID: listed.externalID, member: listed.member,
                    connectedAt: min(
                        listed.connectedAt ?? listed.authenticatedAt ?? report.takenAt,
                        report.takenAt),
                    status: status, platform: report.platform, source: "reconciliation"))
        case nil: return nil
        }
    }
}
