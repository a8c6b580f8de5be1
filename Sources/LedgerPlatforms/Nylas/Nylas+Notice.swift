extension Nylas {
    /// How notices are read where the documentation leaves room.
    public struct NoticeOptions: Sendable, Hashable {
        /// The codes by which `grant.updated` says that the user authenticated again.
        ///
        /// 25027 is documented; the flag `reauthentication_flag` says so too, and either is enough.
        /// 25014 is an ordinary update.
        public var reauthenticationCodes: Set<Int64>

        /// Describes how notices are read.
        public init(reauthenticationCodes: Set<Int64> = [25027]) {
            self.reauthenticationCodes = reauthenticationCodes
        }
    }

    /// Reads a notice of a delivery whose signature was right.
    ///
    /// Read are `grant.created`, `grant.updated`, `grant.expired` and `grant.deleted`; other types
    /// are ignored. Fields that are not known are passed over. The application's user is looked for
    /// in `metadata`, whose names become attributes.
    ///
    /// The name of a notice is made of its id, its type, the grant and its time: the id alone
    /// stands for the destination in some of Nylas's examples. It is the same for every delivery
    /// attempt.
    ///
    /// - Throws: `PlatformError` where the body is not JSON, and where the type, the grant or the
    ///   time is not what it has to be.
    public static func notice(
        _ body: VerifiedBody, options: NoticeOptions = NoticeOptions()
    ) throws(PlatformError) -> NoticeReading {
        try notice(unverified: body.bytes, options: options)
    }

    /// Reads a notice from a file: nobody has checked who wrote it.
    ///
    /// - Throws: `PlatformError` as for a delivery.
    public static func notice(
        unverified bytes: [UInt8], options: NoticeOptions = NoticeOptions()
    ) throws(PlatformError) -> NoticeReading {
        let fields = try BodyFields(bytes)
        let type = try fields.neededText("type")
        guard let change = change(type) else { return .ignored(IgnoredNotice(.otherType)) }
        let object = try fields.neededObject("data").neededObject("object")
        let grant = GrantID(try object.neededIdentifier("grant_id"))
        if type == "grant.updated", !isReauthentication(object, options) {
            return .ignored(IgnoredNotice(.ordinaryUpdate, grant))
        }
        let time = try fields.seconds("time")
        let id = fields.text("id")
        let parts = [id ?? "", type, grant.text, time.map { "\($0)" } ?? ""]
        var notice = GrantNotice(platform: platform, change: change, grant: grant)
        notice.occurredAt = time
        // Without a time, two expiries of a grant may bear the same name.
        notice.notice = time.map { _ in NoticeID(platform, of: parts) }
        notice.cause = CausationID(told: id)
        notice.reason = change == .expired ? reason(object) : nil
        notice.provider = object.text("provider").map { ProviderID($0) }
        notice.email = object.text("email")
        notice.name = object.text("name")
        notice.attributes = object.object("metadata")?.attributes() ?? [:]
        return .notice(notice)
    }

    private static func change(_ type: String) -> GrantNotice.Change? {
        switch type {
        case "grant.created": .created
        case "grant.updated": .authenticated
        case "grant.expired": .expired
        case "grant.deleted": .deleted
        default: nil
        }
    }

    private static func isReauthentication(
        _ object: BodyFields, _ options: NoticeOptions
    ) -> Bool {
        object.flag("reauthentication_flag") == true
            || object.integer("code").map(options.reauthenticationCodes.contains) ?? false
    }

    private static func reason(_ object: BodyFields) -> String {
        object.integer("code").map { "grant.expired, code \($0)" } ?? "grant.expired"
    }
}
