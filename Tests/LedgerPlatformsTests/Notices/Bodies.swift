internal import LedgerPlatforms

/// Bodies as platforms send them.
enum Bodies {
    static func nylas(
        _ type: String, at seconds: Int64?, grant: String = "grant-1", code: Int64? = nil,
        id: String = "5e1c", more: String = ""
    ) -> [UInt8] {
        let time = seconds.map { #""time":\#($0),"# } ?? ""
        let code = code.map { #""code":\#($0),"# } ?? ""
        return Array(
            (#"{"specversion":"1.0","type":"\#(type)","source":"/nylas/system","id":"\#(id)","#
                + time + #""webhook_delivery_attempt":1,"data":{"application_id":"app","#
                + #""object":{\#(code)"grant_id":"\#(grant)","integration_id":"int","#
                + #""provider":"google","email":"mara@example.com"\#(more)}}}"#).utf8)
    }

    static func composio(
        at time: String? = "2026-11-21T06:33:03.250Z", grant: String = "ca_1",
        id: String = "msg_1", reason: String? = "refresh token revoked", more: String = ""
    ) -> [UInt8] {
        let time = time.map { #""timestamp":"\#($0)","# } ?? ""
        let reason = reason.map { #","status_reason":"\#($0)""# } ?? ""
        return Array(
            (#"{"id":"\#(id)","type":"composio.connected_account.expired",\#(time)"#
                + #""metadata":{"project_id":"pr_1","org_id":"ok_1"},"data":{"id":"\#(grant)","#
                + #""toolkit":{"slug":"gmail"},"auth_config":{"id":"ac_1","auth_scheme":"OAUTH2"},"#
                + #""status":"EXPIRED"\#(reason)\#(more)}}"#).utf8)
    }

    static func nango(
        _ operation: String, _ success: Bool, connection: String = "c1", more: String = ""
    ) -> [UInt8] {
        Array(
            (#"{"from":"nango","type":"auth","operation":"\#(operation)","#
                + #""connectionId":"\#(connection)","authMode":"OAUTH2","#
                + #""providerConfigKey":"google-mail","provider":"google-mail","#
                + #""environment":"prod","success":\#(success),"tags":{"user":"ann","plan":"pro"},"#
                + #""endUser":{"endUserId":"ann","endUserEmail":"a@example.com"}\#(more)}"#).utf8)
    }

    static let paragon = Array(
        """
        {"authenticated":true,"userId":"ann","token":"not-read","integrations":{
          "gmail":{"enabled":true,"allCredentials":[
            {"id":"p-1","dateCreated":"2026-01-01T10:00:00.000Z",
             "dateUpdated":"2026-01-05T10:00:00.000Z","providerId":"1223","providerData":{},
             "status":"VALID","dateRefreshed":"2026-01-04T10:00:00.000Z","externalId":"crm-1",
             "config":{"configuredWorkflows":{}},"refreshFailureCount":0,"isRefreshing":false},
            {"id":"p-2","dateCreated":"2026-01-02T10:00:00.000Z","providerId":"1224",
             "status":"INVALID"},
            {"id":"p-3","providerId":"1225","status":"PENDING"},
            {"id":"p-4","providerId":"1226","status":"SOMETHING"},
            {"dateCreated":"2026-01-02T10:00:00.000Z"}, 7
          ],"credentialId":"p-1","credentialStatus":"VALID"},
          "salesforce":{"enabled":true,"credentialId":"p-5","credentialStatus":"VALID",
             "providerId":"99"},
          "shopify":{"enabled":false}}}
        """.utf8)

    static let nylasGrants = Array(
        """
        {"request_id":"r","data":[
          {"id":"n-1","provider":"google","email":"mara@example.com","grant_status":"valid",
           "created_at":1700000000,"updated_at":1700001000,"provider_user_id":"108",
           "settings":{"refresh_token":"never read"},"scope":["mail"],"name":"Mara",
           "metadata":{"user":"ann"}},
          {"id":"n-2","provider":"microsoft","email":"teo@example.org","grant_status":"invalid",
           "created_at":1700000100,"updated_at":1700000100},
          {"id":"n-3","grant_status":"thinking"},
          {"provider":"imap"}
        ],"next_cursor":"abc"}
        """.utf8)

    /// One of each kind.
    static let samples: [(name: String, bytes: [UInt8], read: Reader)] = [
        ("nylas created", nylas("grant.created", at: 1_795_243_983), { try nylasReading($0) }),
        ("nylas updated", nylas("grant.updated", at: 1, code: 25027), { try nylasReading($0) }),
        ("nylas expired", nylas("grant.expired", at: 1), { try nylasReading($0) }),
        ("composio", composio(), { try composioReading($0) }),
        ("nango", nango("refresh", false), { try nangoReading($0) }),
        ("paragon", paragon, { _ = try Paragon.credentials(unverified: $0) }),
        ("nylas grants", nylasGrants, { _ = try Nylas.grants(unverified: $0) }),
    ]

    typealias Reader = @Sendable ([UInt8]) throws -> Void

    private static func nylasReading(_ bytes: [UInt8]) throws {
        _ = try Nylas.notice(unverified: bytes)
    }

    private static func composioReading(_ bytes: [UInt8]) throws {
        _ = try Composio.notice(unverified: bytes)
    }

    private static func nangoReading(_ bytes: [UInt8]) throws {
        _ = try Nango.notice(unverified: bytes)
    }
}

extension NoticeReading {
    /// The notice, if it is one.
    var notice: GrantNotice? {
        if case .notice(let notice) = self { notice } else { nil }
    }

    /// Why the body was ignored, if it was.
    var ignored: IgnoredNotice? {
        if case .ignored(let ignored) = self { ignored } else { nil }
    }
}

extension NoticeResult {
    /// The commands, if there are some.
    var commands: [Command] {
        if case .commands(let commands) = self { commands } else { [] }
    }

    /// What is missing, if something is.
    var missing: [UnattributedNotice.Missing] {
        if case .unattributed(let notice) = self { notice.missing } else { [] }
    }
}

/// A time so many seconds after 1970.
func second(_ seconds: Int64) -> Timestamp {
    Timestamp(microsecondsSinceEpoch: 0).adding(seconds: seconds)
}
