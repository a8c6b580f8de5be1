/// What is to be done about a notice.
public enum NoticeResult: Hashable, Sendable {
    /// These commands, in this order, each for itself.
    case commands([Command])
    /// Nothing.
    case ignored(IgnoredNotice)
    /// Nothing can be done before it is known whose it is.
    case unattributed(UnattributedNotice)
}

extension GrantNotice {
    /// The commands that bring a notice into a ledger.
    ///
    /// | change | becomes |
    /// |---|---|
    /// | created | an import, or nothing where the callback links it |
    /// | authenticated | a report: the grant is valid, unless an expiry as late is known |
    /// | expired | a report: the grant is expired, unless an authentication after it is known |
    /// | deleted | a revocation, which is final |
    ///
    /// A platform that tells when something happened may deliver in any order, and as often as it
    /// likes: the ledger ends in the same state, and records what came too late as superseded. One
    /// that does not tell is taken to speak of the moment of receipt; then the last that is
    /// received counts. Of such a platform a repeated expiry changes nothing, and a repeated
    /// authentication is another authentication: the two cannot be told apart.
    ///
    /// A grant that the ledger does not know is refused as `unknownGrant`, and nothing is
    /// remembered of it. So is an import of an account that another grant of the same user still
    /// holds, as `accountAlreadyLinked`. Where the notice that makes the grant known, or gives
    /// the account free, may be under way, let the platform deliver again: see `NoticeAnswer`.
    ///
    /// - Parameters:
    ///   - mapping: What the platform does not tell.
    ///   - receivedAt: When the notice was received.
    public func commands(mapping: NoticeMapping, receivedAt: Timestamp) -> NoticeResult {
        switch change {
        case .created:
            guard mapping.creations == .imported else {
                return .ignored(IgnoredNotice(.linkedByCallback, grant))
            }
            switch mapping.attribute(self) {
            case .failure(let error):
                return .unattributed(UnattributedNotice(notice: self, missing: error.missing))
            case .success(var action):
                action.connectedAt = occurredAt ?? receivedAt
                return .commands([command(.importGrant(action))])
            }
        case .authenticated:
            let time = occurredAt ?? receivedAt
            let action = ReportGrant(
                grant: grant, status: .authenticated, notice: notice ?? Self.name(time, platform))
            return .commands([command(.report(action), at: time)])
        case .expired: return .commands([expiry(receivedAt)])
        case .deleted:
            let action = RevokeGrant(.grant(grant), reason: .withdrawnAtProvider)
            return .commands([command(.revoke(action), at: occurredAt)])
        }
    }

    private func expiry(_ receivedAt: Timestamp) -> Command {
        guard let occurredAt, let notice else {
            // Without a time of its own, another one says the same again, and not that the grant
            // has worked in between.
            let action = ExpireGrant(grant: grant, reason: reason)
            return command(.expire(action), at: occurredAt ?? receivedAt)
        }
        let action = ReportGrant(grant: grant, status: .expired, notice: notice, reason: reason)
        return command(.report(action), at: occurredAt)
    }

    private func command(_ action: Command.Action, at time: Timestamp? = nil) -> Command {
        Command(
            action,
            context: CommandContext(
                actor: .platform(platform), occurredAt: time,
                idempotencyKey: needsKey(action)
                    ? notice.map { IdempotencyKey($0.text) } : nil,
                causationID: cause))
    }

    /// Whether a second delivery is told by the key alone.
    ///
    /// An import, and a report with a time, change nothing the second time by themselves. Under a
    /// key they would be refused where the two deliveries are not read alike: a creation without
    /// a time, or after a change of the mapping.
    private func needsKey(_ action: Command.Action) -> Bool {
        switch action {
        case .importGrant: false
        case .report: occurredAt == nil
        default: true
        }
    }

    /// What stands for the name of a notice that has none.
    private static func name(_ time: Timestamp, _ platform: PlatformID) -> NoticeID {
        NoticeID("\(platform):received:\(time.microsecondsSinceEpoch)")
    }
}

/// What to answer the platform that delivered a notice.
public enum NoticeAnswer: Hashable, Sendable {
    /// It was taken in, also where nothing had to be changed. Answer with success.
    case taken
    /// The ledger does not know the grant.
    ///
    /// Where grants are imported from notices, or linked by a callback that may still run, answer
    /// with a failure such as 503, so that the platform delivers again; else drop it. Of Composio
    /// it is mostly a sign-in that was abandoned: answer with success.
    case unknownGrant
    /// A grant was to be made known whose account another grant of the same user still holds.
    ///
    /// The notice that the other grant was deleted may be under way: answer with a failure such as
    /// 503, so that the platform delivers again.
    case accountStillHeld(by: CredentialID)
    /// A rule of the ledger is against it. Another delivery would end so too: answer with success,
    /// and log the refusal.
    case refused(Refusal)

    /// Sums up the outcomes of a notice's commands.
    public init(_ outcomes: [Outcome]) {
        guard let refusal = outcomes.lazy.compactMap(\.refusal).first else {
            self = .taken
            return
        }
        switch refusal {
        case .unknownGrant: self = .unknownGrant
        case .accountAlreadyLinked(let credential?): self = .accountStillHeld(by: credential)
        default: self = .refused(refusal)
        }
    }

    /// Whether the same notice may end otherwise once others have been taken in.
    public var dependsOnOthers: Bool {
        switch self {
        case .unknownGrant, .accountStillHeld: true
        case .taken, .refused: false
        }
    }
}
