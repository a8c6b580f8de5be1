internal import LedgerPlatforms
internal import Testing

@Suite("Notices of Nylas")
struct NylasNoticeTests {
    private func read(_ bytes: [UInt8]) throws -> NoticeReading {
        try Nylas.notice(unverified: bytes)
    }

    @Test("say what became of the grant, when, and of which account")
    func changes() throws {
        let changes: [(String, Int64?, GrantNotice.Change)] = [
            ("grant.created", 25012, .created), ("grant.updated", 25027, .authenticated),
            ("grant.expired", 25009, .expired), ("grant.deleted", nil, .deleted),
        ]
        for (type, code, change) in changes {
            let body = Bodies.nylas(
                type, at: 1_795_243_983, code: code,
                more: #","name":"Mara","metadata":{"user":"ann","n":7,"deep":{}}"#)
            let notice = try #require(try read(body).notice)
            #expect(notice.change == change && notice.grant == "grant-1")
            #expect(notice.occurredAt == second(1_795_243_983))
            #expect(notice.provider == "google" && notice.email == "mara@example.com")
            #expect(notice.name == "Mara" && notice.attributes == ["user": "ann", "n": "7"])
            #expect(notice.cause == "5e1c" && notice.platform == "nylas")
            #expect(!"\(notice)".contains("mara"))
        }
    }

    @Test("that a grant was updated count by code or flag, and else are ordinary")
    func updates() throws {
        let ordinary = try read(Bodies.nylas("grant.updated", at: 1, code: 25014))
        #expect(ordinary.ignored?.reason == .ordinaryUpdate && ordinary.ignored?.grant == "grant-1")
        let flagged = Bodies.nylas(
            "grant.updated", at: 1, more: #","reauthentication_flag":true"#)
        #expect(try read(flagged).notice?.change == .authenticated)
        let unflagged = Bodies.nylas(
            "grant.updated", at: 1, more: #","reauthentication_flag":false"#)
        #expect(try read(unflagged).ignored?.reason == .ordinaryUpdate)
        let other = Nylas.NoticeOptions(reauthenticationCodes: [25014])
        let body = Bodies.nylas("grant.updated", at: 1, code: 25014)
        #expect(try Nylas.notice(unverified: body, options: other).notice != nil)
    }

    @Test("of other types are ignored, whatever else they say")
    func otherTypes() throws {
        for type in [
            "grant.imap_sync_completed", "message.created", "grant.paused", "GRANT.EXPIRED",
        ] {
            let body = Array(#"{"type":"\#(type)","data":7}"#.utf8)
            #expect(try read(body).ignored?.reason == .otherType)
        }
    }

    @Test("bear one name for all attempts, and others where type, grant, time or id differ")
    func names() throws {
        func name(_ body: [UInt8]) throws -> NoticeID? { try read(body).notice?.notice }
        let first = try name(Bodies.nylas("grant.expired", at: 10))
        #expect(first != nil)
        let again = String(decoding: Bodies.nylas("grant.expired", at: 10), as: UTF8.self)
            .replacing(#""webhook_delivery_attempt":1"#, with: #""webhook_delivery_attempt":3"#)
        #expect(try name(Array(again.utf8)) == first)
        let others = [
            Bodies.nylas("grant.deleted", at: 10), Bodies.nylas("grant.expired", at: 11),
            Bodies.nylas("grant.expired", at: 10, grant: "grant-2"),
            Bodies.nylas("grant.expired", at: 10, id: "other"),
        ]
        for body in others { #expect(try name(body) != first) }
        #expect(try name(Bodies.nylas("grant.expired", at: nil)) == nil)
    }

    @Test("of older form, without account and attempt, are read too")
    func olderForm() throws {
        let body = Array(
            #"{"type":"grant.expired","time":5,"data":{"object":{"grant_id":"g","email":7}}}"#.utf8)
        let notice = try #require(try read(body).notice)
        #expect(notice.email == nil && notice.provider == nil && notice.cause == nil)
    }

    @Test(
        "whose needed fields are missing or of another type are refused, by the field's name",
        arguments: [
            (#"{"data":{}}"#, "type"), (#"{"type":7}"#, "type"), (#"{"type":""}"#, "type"),
            (#"{"type":"grant.expired"}"#, "data"),
            (#"{"type":"grant.expired","data":[]}"#, "data"),
            (#"{"type":"grant.expired","data":{"object":1}}"#, "data.object"),
            (#"{"type":"grant.expired","data":{"object":{}}}"#, "data.object.grant_id"),
            (
                #"{"type":"grant.expired","data":{"object":{"grant_id":""}}}"#,
                "data.object.grant_id"
            ),
            (
                #"{"type":"grant.expired","data":{"object":{"grant_id":["g"]}}}"#,
                "data.object.grant_id"
            ),
            (#"{"type":"grant.expired","time":"5","data":{"object":{"grant_id":"g"}}}"#, "time"),
            (#"{"type":"grant.expired","time":5.5,"data":{"object":{"grant_id":"g"}}}"#, "time"),
            (#"{"type":"grant.expired","time":9e99,"data":{"object":{"grant_id":"g"}}}"#, "time"),
            (
                #"{"type":"grant.expired","time":999999999999,"data":{"object":{"grant_id":"g"}}}"#,
                "time"
            ),
        ])
    func refused(body: String, field: String) throws {
        do throws(PlatformError) {
            _ = try Nylas.notice(unverified: Array(body.utf8))
            Issue.record("\(body) was read")
        } catch {
            #expect(error.code == .invalidField && error.field == field, "\(body)")
        }
    }
}
