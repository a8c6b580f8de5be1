extension Nango {
    /// How notices are read where Nango's documentation or its source leave room.
    public struct NoticeOptions: Sendable, Hashable {
        /// How a grant is named after a connection.
        @nonexhaustive
        public enum GrantName: String, Sendable, Hashable, CaseIterable {
            /// `integration:connection`. A connection id is unique in an integration only, where
            /// the application chooses it. A colon in the integration is written `%3A` and a
            /// per cent sign `%25`, so that no two connections have one name.
            case integrationAndConnection
            /// The connection id alone, where it is unique: Nango makes such ids itself.
            case connection
        }

        /// How a grant is named; link and import it by the same name.
        public var grantName: GrantName
        /// Whether a failed refresh counts as an expiry.
        ///
        /// Nango tries again once a day, and gives up at the fourth failure; no field says which
        /// one it is. Where it does not count, a connection expires when a call by it fails, or
        /// when a listing says so.
        public var countsFailedRefreshes: Bool
        /// Whether a refresh that works again counts as an authentication.
        ///
        /// Sent by Nango since August 2026, and only after a failure.
        public var countsRecoveredRefreshes: Bool
        /// Whether a failed re-authorization counts as an expiry.
        ///
        /// It says that someone tried to authorize the connection again and failed; what it had
        /// before may still work.
        public var countsFailedOverrides: Bool
        /// The environment whose notices are read, while those of others are ignored; every one
        /// where left out.
        ///
        /// Grants are not named after it: two environments that end in one ledger can meet.
        public var environment: String?

        /// Describes how notices are read.
        public init(
            grantName: GrantName = .integrationAndConnection, countsFailedRefreshes: Bool = true,
            countsRecoveredRefreshes: Bool = true, countsFailedOverrides: Bool = false,
            environment: String? = nil
        ) {
            self.environment = environment
            self.grantName = grantName
            self.countsFailedRefreshes = countsFailedRefreshes
            self.countsRecoveredRefreshes = countsRecoveredRefreshes
            self.countsFailedOverrides = countsFailedOverrides
        }
    }

    /// The grant that stands for a connection.
    public static func grant(
        connection: String, integration: String,
        name: NoticeOptions.GrantName = .integrationAndConnection
    ) -> GrantID {
        switch name {
        case .integrationAndConnection: GrantID("\(escaped(integration)):\(connection)")
        case .connection: GrantID(connection)
        }
    }

    private static func escaped(_ integration: String) -> String {
        String(
            decoding: integration.utf8.flatMap { byte in
                switch byte {
                case UInt8(ascii: ":"): Array("%3A".utf8)
                case UInt8(ascii: "%"): Array("%25".utf8)
                default: [byte]
                }
            }, as: UTF8.self)
    }

    /// Reads a notice of a delivery whose signature was right.
    ///
    /// Read are bodies of type `auth`; others are ignored. What happened is in `operation` and
    /// `success` together:
    ///
    /// | operation | success | is taken for |
    /// |---|---|---|
    /// | creation | true | created |
    /// | creation | false | a failed sign-in, ignored |
    /// | override | true | authenticated |
    /// | override | false | a failed re-authorization, ignored unless it counts |
    /// | refresh | true | authenticated, if it counts |
    /// | refresh | false | expired, if it counts |
    ///
    /// An override may have put another account of the provider into the connection, which Nango
    /// does not tell.
    ///
    /// A body has neither an id nor a time, and two deliveries of one notice are the same byte for
    /// byte as two notices of the same thing. So notices of Nango have no name, and the moment of
    /// receipt stands for their time. A failure that is repeated changes nothing.
    ///
    /// The tags become attributes, and the deprecated `endUser` does as `endUserId`,
    /// `endUserEmail` and `organizationId`. Nango does not tell which account was authorized.
    ///
    /// - Throws: `PlatformError` where the body is not JSON, and where a field that is needed is
    ///   not what it has to be.
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
        guard try fields.neededText("type") == "auth" else {
            return .ignored(IgnoredNotice(.otherType))
        }
        let grant = grant(
            connection: try fields.neededIdentifier("connectionId"),
            integration: try fields.neededIdentifier("providerConfigKey"), name: options.grantName)
        if let environment = options.environment {
            guard try fields.neededText("environment") == environment else {
                return .ignored(IgnoredNotice(.otherEnvironment, grant))
            }
        }
        let operation = try fields.neededText("operation")
        guard let success = fields.flag("success") else {
            throw fields.error("success", "is neither true nor false")
        }
        switch options.meaning(of: operation, success) {
        case .ignored(let reason): return .ignored(IgnoredNotice(reason, grant))
        case .change(let change): return .notice(notice(change, grant, fields))
        }
    }

    private static func notice(
        _ change: GrantNotice.Change, _ grant: GrantID, _ fields: BodyFields
    ) -> GrantNotice {
        var notice = GrantNotice(platform: platform, change: change, grant: grant)
        if change == .expired {
            // The description may hold whatever the provider answered; the type is Nango's own.
            notice.reason = fields.object("error")?.text("type").flatMap(reasonText) ?? "refresh"
        }
        notice.provider = fields.text("provider").map { ProviderID($0) }
        let endUser = fields.object("endUser")
        notice.attributes = endUser?.attributes() ?? [:]
        notice.attributes.merge(fields.object("tags")?.attributes() ?? [:]) { $1 }
        return notice
    }
}

extension Nango.NoticeOptions {
    fileprivate enum Meaning {
        case change(GrantNotice.Change)
        case ignored(IgnoredNotice.Reason)
    }

    fileprivate func meaning(of operation: String, _ success: Bool) -> Meaning {
        switch (operation, success) {
        case ("creation", true): .change(.created)
        case ("creation", false): .ignored(.failedSignIn)
        case ("override", true): .change(.authenticated)
        case ("override", false):
            countsFailedOverrides ? .change(.expired) : .ignored(.failedReauthorization)
        case ("refresh", true):
            countsRecoveredRefreshes ? .change(.authenticated) : .ignored(.notCounted)
        case ("refresh", false):
            countsFailedRefreshes ? .change(.expired) : .ignored(.notCounted)
        default: .ignored(.otherType)
        }
    }
}
