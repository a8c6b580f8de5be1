internal import Foundation
internal import LedgerPlatforms
internal import Testing

@Suite("Templates of notices")
struct TemplateTests {
    private func template() throws -> NoticeTemplate {
        try NoticeTemplate(
            platform: "truto", type: ["/event", "/data/ok"],
            meanings: ["account:error/false": .expired, "account:active/": .created],
            grant: "/data/account/id", time: "/at", timeForm: .milliseconds, id: "/id",
            reason: "/data/why", provider: "/data/account/a~1b", subject: "/data/list/1",
            email: "/data/email", user: "/data/user", attributes: "/data/tags")
    }

    private let body = Array(
        """
        {"event":"account:error","at":1700000000123,"id":42,"data":{"ok":false,"why":"w",
        "account":{"id":"acc-1","a/b":"google"},"list":["x","s-1"],"user":"ann",
        "tags":{"a":1,"b":"c"}}}
        """.utf8)

    @Test("read any platform's JSON as a notice")
    func reading() throws {
        let notice = try #require(try template().notice(unverified: body).notice)
        #expect(notice.platform == "truto" && notice.change == .expired && notice.grant == "acc-1")
        #expect(notice.occurredAt == second(1_700_000_000).adding(microseconds: 123_000))
        #expect(notice.provider == "google" && notice.subject == "s-1" && notice.user == "ann")
        #expect(notice.email == nil && notice.reason == "w" && notice.cause == "42")
        #expect(notice.attributes == ["a": "1", "b": "c"] && notice.notice != nil)
    }

    @Test("ignore what they give no meaning, and refuse what names no grant or no time")
    func others() throws {
        let text = String(decoding: body, as: UTF8.self)
        func read(_ part: String, _ other: String) throws -> NoticeReading {
            try template().notice(unverified: Array(text.replacing(part, with: other).utf8))
        }
        #expect(try read("account:error", "other").ignored?.reason == .otherType)
        #expect(try read("\"ok\":false", "\"ok\":true").ignored?.reason == .otherType)
        for (part, other, field) in [
            ("\"acc-1\"", "null", "/data/account/id"), ("\"acc-1\"", "{}", "/data/account/id"),
            ("1700000000123", "\"now\"", "/at"), ("1700000000123", "1e5", "/at"),
            ("1700000000123", "9223372036854775807", "/at"),
        ] {
            do throws(PlatformError) {
                let changed = Array(text.replacing(part, with: other).utf8)
                let template = try NoticeTemplate(
                    platform: "truto", type: ["/event"], meanings: ["account:error": .expired],
                    grant: "/data/account/id", time: "/at", timeForm: .milliseconds)
                _ = try template.notice(unverified: changed)
                Issue.record("\(other) was read")
            } catch {
                #expect(error.code == .invalidField && error.field == field)
            }
        }
    }

    @Test("are written as JSON and read back the same")
    func coding() throws {
        let template = try template()
        let written = try JSONEncoder().encode(template)
        #expect(try JSONDecoder().decode(NoticeTemplate.self, from: written) == template)
        let short = #"{"platform":"p","type":["/t"],"meanings":{"x":"deleted"},"grant":"/g"}"#
        let read = try JSONDecoder().decode(NoticeTemplate.self, from: Data(short.utf8))
        try read.validate()
        let found = try read.notice(unverified: Array(#"{"t":"x","g":"1"}"#.utf8))
        #expect(found.notice?.change == .deleted && found.notice?.notice == nil)
    }

    @Test("that cannot be so are refused, by the field's name, also after decoding")
    func invalid() throws {
        func field(_ change: (inout NoticeTemplate) -> Void) throws -> String? {
            var template = try template()
            change(&template)
            do throws(PlatformError) {
                try template.validate()
                return nil
            } catch {
                #expect(error.code == .invalidSetting)
                return error.field
            }
        }
        #expect(try field { _ in } == nil)
        #expect(try field { $0.platform = "" } == "platform")
        #expect(try field { $0.type = [] } == "type")
        #expect(try field { $0.type = ["event"] } == "type")
        #expect(try field { $0.meanings = [:] } == "meanings")
        #expect(try field { $0.grant = "" } == "grant")
        #expect(try field { $0.grant = "/a~2" } == "grant")
        #expect(try field { $0.email = "/a~" } == "email")
        #expect(try field { $0.time = nil } == "timeForm")
        #expect(
            code { _ = try NoticeTemplate(platform: "", type: ["/t"], meanings: [:], grant: "/g") }
                == .invalidSetting)
        let broken = #"{"platform":"p","type":["/t"],"meanings":{"x":"expired"},"grant":"g"}"#
        let read = try JSONDecoder().decode(NoticeTemplate.self, from: Data(broken.utf8))
        #expect(code { _ = try read.notice(unverified: Array("{}".utf8)) } == .invalidSetting)
    }
}
