internal import Crypto
internal import Foundation
internal import LedgerPlatforms
internal import Testing

@Suite("Notices of Composio")
struct ComposioNoticeTests {
    @Test("say that an account has expired, when and why")
    func expired() throws {
        let body = Bodies.composio(more: #","user_id":"ann""#)
        let notice = try #require(try Composio.notice(unverified: body).notice)
        #expect(notice.change == .expired && notice.grant == "ca_1" && notice.user == "ann")
        #expect(notice.occurredAt == Timestamp(rfc3339: "2026-11-21T06:33:03.250Z"))
        #expect(notice.reason == "refresh token revoked" && notice.provider == "gmail")
        #expect(notice.cause == "msg_1")
    }

    @Test("bear the name of the delivery, which all attempts share")
    func names() throws {
        let body = Bodies.composio()
        func name(_ id: String?) throws -> NoticeID? {
            guard let id else { return try Composio.notice(unverified: body).notice?.notice }
            let vector = Bodies.composio(at: nil, id: id)
            return try Composio.notice(unverified: vector).notice?.notice
        }
        #expect(try name(nil) != nil)
        #expect(try name("msg_1") == name(nil))
        #expect(try name("msg_2") != name(nil))
    }

    @Test("of a sign-in that was not finished are ignored, as far as the settings know one")
    func abandoned() throws {
        let plain = Bodies.composio(reason: "Connection not completed in 10 minutes")
        #expect(try Composio.notice(unverified: plain).notice != nil)
        let settings = Composio.AbandonedSignIns(reasons: ["Not Completed", ""])
        let found = try Composio.notice(unverified: plain, abandoned: settings)
        #expect(found.ignored?.reason == .abandonedSignIn && found.ignored?.grant == "ca_1")
        #expect(
            try Composio.notice(unverified: Bodies.composio(), abandoned: settings).notice != nil)
        let told = Bodies.composio(more: #","previous_status":"INITIATED""#)
        #expect(try Composio.notice(unverified: told).ignored?.reason == .abandonedSignIn)
        let worked = Bodies.composio(more: #","previous_status":"ACTIVE""#)
        #expect(try Composio.notice(unverified: worked).notice != nil)
    }

    @Test("of triggers, and of what comes later, are ignored")
    func otherTypes() throws {
        for type in ["composio.trigger.message", "composio.trigger.disabled", "x"] {
            let body = Array(#"{"type":"\#(type)"}"#.utf8)
            #expect(try Composio.notice(unverified: body).ignored?.reason == .otherType)
        }
    }

    @Test("with a reason too long or not printable say it as far as a record can")
    func longReason() throws {
        let long = String(repeating: "ü", count: 300) + #"\u0007"#
        let body = Bodies.composio(reason: #"a\nb"# + long)
        let reason = try #require(try Composio.notice(unverified: body).notice?.reason)
        #expect(reason.hasPrefix("a b") && (254...255).contains(reason.utf8.count))
        let none = Bodies.composio(reason: nil)
        #expect(try Composio.notice(unverified: none).notice?.reason == "EXPIRED")
    }

    @Test(
        "whose needed fields are not what they have to be are refused, by the field's name",
        arguments: [
            (#"{}"#, "type"), (#"{"type":"composio.connected_account.expired"}"#, "data"),
            (#"{"type":"composio.connected_account.expired","data":{"id":7}}"#, "data.id"),
            (
                #"{"type":"composio.connected_account.expired","timestamp":5,"data":{"id":"c"}}"#,
                "timestamp"
            ),
            (
                #"{"type":"composio.connected_account.expired","timestamp":"x","data":{"id":"c"}}"#,
                "timestamp"
            ),
        ])
    func refused(body: String, field: String) throws {
        do throws(PlatformError) {
            _ = try Composio.notice(unverified: Array(body.utf8))
            Issue.record("\(body) was read")
        } catch {
            #expect(error.code == .invalidField && error.field == field, "\(body)")
        }
    }

    @Test("of a verified delivery are named by its id, not by the body's")
    func verified() throws {
        let bytes = Bodies.composio(id: "msg_in_body")
        let message = Array("msg_1.1795243983.".utf8) + bytes
        let key = SymmetricKey(data: Array("secret".utf8))
        let code = Data(HMAC<SHA256>.authenticationCode(for: message, using: key))
        let delivery = WebhookDelivery(
            headers: [
                "Webhook-Id": "msg_1", "Webhook-Timestamp": "1795243983",
                "Webhook-Signature": "v1," + code.base64EncodedString(),
            ], body: bytes)
        let signature = try Composio.Signature(secrets: ["secret"])
        let body = try signature.verify(delivery, at: second(1_795_243_983))
        let notice = try #require(try Composio.notice(body).notice)
        #expect(notice.cause == "msg_1")
        let named = try Composio.notice(unverified: Bodies.composio(id: "msg_1")).notice
        #expect(notice.notice != nil && notice.notice == named?.notice)
    }
}
