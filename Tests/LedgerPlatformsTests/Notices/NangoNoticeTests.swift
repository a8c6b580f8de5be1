internal import LedgerPlatforms
internal import Testing

@Suite("Notices of Nango")
struct NangoNoticeTests {
    private func read(
        _ operation: String, _ success: Bool,
        _ options: Nango.NoticeOptions = Nango.NoticeOptions()
    ) throws -> NoticeReading {
        try Nango.notice(unverified: Bodies.nango(operation, success), options: options)
    }

    @Test("mean what operation and success say together")
    func meanings() throws {
        #expect(try read("creation", true).notice?.change == .created)
        #expect(try read("creation", false).ignored?.reason == .failedSignIn)
        #expect(try read("override", true).notice?.change == .authenticated)
        #expect(try read("override", false).ignored?.reason == .failedReauthorization)
        #expect(try read("refresh", true).notice?.change == .authenticated)
        #expect(try read("refresh", false).notice?.change == .expired)
        #expect(try read("something", true).ignored?.reason == .otherType)
    }

    @Test("that the settings do not count are ignored, and that they do are not")
    func settings() throws {
        let strict = Nango.NoticeOptions(
            countsFailedRefreshes: false, countsRecoveredRefreshes: false,
            countsFailedOverrides: true)
        #expect(try read("refresh", false, strict).ignored?.reason == .notCounted)
        #expect(try read("refresh", true, strict).ignored?.reason == .notCounted)
        #expect(try read("override", false, strict).notice?.change == .expired)
    }

    @Test("have no name and no time, and name the grant by integration and connection")
    func identity() throws {
        let notice = try #require(try read("refresh", false).notice)
        #expect(notice.notice == nil && notice.occurredAt == nil && notice.cause == nil)
        #expect(notice.grant == "google-mail:c1")
        #expect(notice.grant == Nango.grant(connection: "c1", integration: "google-mail"))
        let short = Nango.NoticeOptions(grantName: .connection)
        #expect(try read("refresh", false, short).notice?.grant == "c1")
        #expect(Nango.grant(connection: "c1", integration: "x", name: .connection) == "c1")
    }

    @Test("of two connections name two grants, whatever their parts hold")
    func distinctNames() {
        let pairs = [("a", "b:c"), ("a:b", "c"), ("a%3Ab", "c"), ("a%", "3Ab:c")]
        let names = pairs.map { Nango.grant(connection: $0.1, integration: $0.0) }
        #expect(Set(names).count == pairs.count)
        #expect(names[0] == "a:b:c" && names[1] == "a%3Ab:c")
    }

    @Test("of other environments are ignored where one is chosen")
    func environments() throws {
        // The body is of the environment prod.
        let own = Nango.NoticeOptions(environment: "prod")
        #expect(try read("refresh", false, own).notice?.change == .expired)
        let other = Nango.NoticeOptions(environment: "dev")
        #expect(try read("refresh", false, other).ignored?.reason == .otherEnvironment)
    }

    @Test("bring tags and end user as attributes, tags first, and of an error its type alone")
    func attributes() throws {
        let body = Bodies.nango(
            "refresh", false,
            more: #","error":{"type":"refresh_token_error","description":"secret-1"}"#)
        let notice = try #require(try Nango.notice(unverified: body).notice)
        #expect(notice.attributes["user"] == "ann" && notice.attributes["endUserId"] == "ann")
        #expect(notice.attributes["plan"] == "pro")
        #expect(notice.reason == "refresh_token_error")
        #expect(!"\(notice) \(notice.reason ?? "")".contains("secret-1"))
    }

    @Test("of other types are ignored, and those that lack what is needed are refused")
    func others() throws {
        for type in ["sync", "forward", "async_action", "new"] {
            let body = Array(#"{"type":"\#(type)"}"#.utf8)
            #expect(try Nango.notice(unverified: body).ignored?.reason == .otherType)
        }
        let text = String(decoding: Bodies.nango("refresh", true), as: UTF8.self)
        for field in ["connectionId", "providerConfigKey", "operation", "success", "type"] {
            let body = text.replacing("\"\(field)\":", with: "\"x\":")
            let found = code { _ = try Nango.notice(unverified: Array(body.utf8)) }
            #expect(found == .invalidField, "\(field)")
        }
    }
}
