extension PlatformGrant {
    /// The commands that bring a listed grant into a ledger.
    ///
    /// A grant that the ledger does not know is imported, and one that it knows is left as it is,
    /// but for what the listing knows better: a grant whose user authenticated after the ledger
    /// took it for expired is valid again, and one that is listed as invalid is expired, unless it
    /// knows of an authentication after the listing. Nothing is revoked: that a grant is not listed
    /// is for a reconciliation to say.
    ///
    /// - Parameters:
    ///   - mapping: What the platform does not tell. `creations` does not matter.
    ///   - listedAt: When the platform made the listing. Without it nobody can tell whether an
    ///     authentication came before or after, and an invalid grant is taken for expired only
    ///     where it is new to the ledger.
    public func commands(mapping: NoticeMapping, listedAt: Timestamp? = nil) -> NoticeResult {
        switch status {
        case .pending: return .ignored(IgnoredNotice(.pending, grant))
        case .unknown: return .ignored(IgnoredNotice(.otherType, grant))
        case .valid, .expired: break
        }
        let notice = creation
        switch mapping.attribute(notice) {
        case .failure(let error):
            return .unattributed(UnattributedNotice(notice: notice, missing: error.missing))
        case .success(var action):
            action.connectedAt = createdAt ?? workedAt
            action.externalID = action.externalID ?? externalID
            action.source = "\(platform)-listing"
            if status == .expired, listedAt == nil { action.status = .expired }
            let reports = [authentication(listedAt), expiry(listedAt)].compactMap { $0 }
            return .commands([command(.importGrant(action))] + reports)
        }
    }

    /// What a notice of its creation would have told.
    var creation: GrantNotice {
        GrantNotice(
            platform: platform, change: .created, grant: grant, occurredAt: createdAt,
            provider: provider, subject: subject, email: email, name: name, user: user,
            attributes: attributes)
    }

    private func authentication(_ listedAt: Timestamp?) -> Command? {
        guard let authenticatedAt, status == .valid || listedAt != nil else { return nil }
        return report(.authenticated, at: authenticatedAt)
    }

    private func expiry(_ listedAt: Timestamp?) -> Command? {
        guard let listedAt, status == .expired else { return nil }
        return report(.expired, at: listedAt)
    }

    private func report(_ status: ReportGrant.Status, at time: Timestamp) -> Command {
        let parts = ["listing", grant.text, status.rawValue, "\(time)"]
        let action = ReportGrant(
            grant: grant, status: status, notice: NoticeID(platform, of: parts),
            reason: status == .expired ? "listed as invalid" : nil)
        return command(.report(action), at: time)
    }

    private func command(_ action: Command.Action, at time: Timestamp? = nil) -> Command {
        Command(action, context: CommandContext(actor: .platform(platform), occurredAt: time))
    }
}
