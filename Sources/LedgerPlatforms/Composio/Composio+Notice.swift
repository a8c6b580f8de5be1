extension Composio {
    /// Which expiries are of a sign-in that was never finished.
    ///
    /// Composio says EXPIRED both of an account whose authorization was lost and of one whose
    /// sign-in ran into its time-out of ten minutes, and only `status_reason` differs. Its texts
    /// are not documented, so none is taken for an abandoned sign-in unless it is named here. That
    /// is safe: an account that never worked is not in the ledger, and its expiry ends in
    /// `unknownGrant`, provided that accounts are linked once they are ACTIVE and not before.
    public struct AbandonedSignIns: Sendable, Hashable {
        /// Texts of `status_reason`, of which any part in any case counts.
        public var reasons: [String]
        /// Statuses before that count, where the body tells one as `data.previous_status`.
        public var previousStatuses: Set<String>

        /// Describes which expiries count.
        public init(
            reasons: [String] = [], previousStatuses: Set<String> = ["INITIALIZING", "INITIATED"]
        ) {
            self.reasons = reasons
            self.previousStatuses = previousStatuses
        }
    }

    /// Reads a notice of a delivery whose signature was right.
    ///
    /// Read is `composio.connected_account.expired`, the only one that Composio sends of an
    /// account; other types are ignored. Its name is the delivery's `webhook-id`, which all
    /// attempts share. `data.user_id` is taken for the application's user where it is there, which
    /// not all pages of the documentation show.
    ///
    /// - Throws: `PlatformError` where the body is not JSON, and where the type, the account or the
    ///   time is not what it has to be.
    public static func notice(
        _ body: VerifiedBody, abandoned: AbandonedSignIns = AbandonedSignIns()
    ) throws(PlatformError) -> NoticeReading {
        try notice(body.bytes, deliveryID: body.deliveryID, abandoned)
    }

    /// Reads a notice from a file: nobody has checked who wrote it.
    ///
    /// - Throws: `PlatformError` as for a delivery.
    public static func notice(
        unverified bytes: [UInt8], abandoned: AbandonedSignIns = AbandonedSignIns()
    ) throws(PlatformError) -> NoticeReading {
        try notice(bytes, deliveryID: nil, abandoned)
    }

    private static func notice(
        _ bytes: [UInt8], deliveryID: String?, _ abandoned: AbandonedSignIns
    ) throws(PlatformError) -> NoticeReading {
        let fields = try BodyFields(bytes)
        guard try fields.neededText("type") == "composio.connected_account.expired" else {
            return .ignored(IgnoredNotice(.otherType))
        }
        let data = try fields.neededObject("data")
        let grant = GrantID(try data.neededIdentifier("id"))
        if isAbandoned(data, abandoned) {
            return .ignored(IgnoredNotice(.abandonedSignIn, grant))
        }
        let time = try fields.time("timestamp")
        let id = deliveryID ?? fields.text("id")
        let parts = [id, grant.text, id == nil ? time.map { "\($0)" } : nil].compactMap { $0 }
        var notice = GrantNotice(platform: platform, change: .expired, grant: grant)
        notice.occurredAt = time
        notice.notice = id == nil && time == nil ? nil : NoticeID(platform, of: parts)
        notice.cause = CausationID(told: id)
        notice.reason = data.text("status_reason").flatMap(reasonText) ?? "EXPIRED"
        notice.provider = data.object("toolkit")?.text("slug").map { ProviderID($0) }
        notice.user = data.text("user_id").map { UserID($0) }
        return .notice(notice)
    }

    private static func isAbandoned(_ data: BodyFields, _ abandoned: AbandonedSignIns) -> Bool {
        if let before = data.text("previous_status"), abandoned.previousStatuses.contains(before) {
            return true
        }
        guard let reason = data.text("status_reason")?.lowercased() else { return false }
        return abandoned.reasons.contains { !$0.isEmpty && reason.contains($0.lowercased()) }
    }
}
