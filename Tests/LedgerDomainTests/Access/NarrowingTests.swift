internal import Foundation
internal import LedgerDomain
internal import Testing

@Suite("A narrowing")
struct NarrowingTests {
    private func credential(
        _ id: CredentialID = "cred_1", user: UserID = "acme", toolkit: ToolkitID = "gmail",
        member: MemberID? = "mia"
    ) -> Credential {
        Credential(
            id: id, user: user, toolkit: toolkit, grant: "g", platform: nil, account: google("a"),
            label: nil, externalID: nil, member: member, status: .valid, statusReason: nil,
            firstConnectedAt: at(0), lastAuthenticatedAt: at(0), statusChangedAt: at(0),
            validUntil: nil, scopes: [], createdAt: Position(1), version: Position(1))
    }

    @Test("admits what passes every limit that is given, and everything where none is")
    func admits() {
        let full = Narrowing(
            user: "acme", member: "mia", credentials: ["cred_1"], toolkits: ["gmail"])
        #expect(full.admits(credential()))
        #expect(!full.admits(credential("cred_2")))
        #expect(!full.admits(credential(user: "other")))
        #expect(!full.admits(credential(toolkit: "drive")))
        #expect(!full.admits(credential(member: "ben")))
        #expect(!full.admits(credential(member: nil)))
        #expect(Narrowing.everything.admits(credential(member: nil)))
        #expect(!Narrowing.nothing.admits(credential()))
        #expect(!Narrowing(toolkits: []).admits(credential()))
    }

    @Test("narrowed further admits exactly what both admit")
    func intersection() {
        let all: [Narrowing] = [
            .everything, .nothing, Narrowing(user: "acme"), Narrowing(user: "other"),
            Narrowing(member: "mia"), Narrowing(member: "ben"),
            Narrowing(credentials: ["cred_1", "cred_2"]), Narrowing(credentials: ["cred_2"]),
            Narrowing(toolkits: ["gmail"]), Narrowing(toolkits: ["drive", "gmail"]),
            Narrowing(user: "acme", member: "mia", credentials: ["cred_1"], toolkits: ["drive"]),
        ]
        let credentials = ["acme", "other"].flatMap { user in
            ["gmail", "drive"].flatMap { toolkit in
                ["cred_1", "cred_2"].flatMap { id in
                    ["mia", "ben", nil].map { member in
                        credential(
                            CredentialID(id), user: UserID(user), toolkit: ToolkitID(toolkit),
                            member: member.map { MemberID($0) })
                    }
                }
            }
        }
        for left in all {
            for right in all {
                let both = left.narrowed(to: right)
                for one in credentials {
                    #expect(both.admits(one) == (left.admits(one) && right.admits(one)))
                }
            }
        }
    }

    private func json(_ narrowing: Narrowing) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return String(decoding: try encoder.encode(narrowing), as: UTF8.self)
    }

    private func read(_ text: String) throws -> Narrowing {
        try JSONDecoder().decode(Narrowing.self, from: Data(text.utf8))
    }

    @Test("is an object in JSON, and comes back")
    func json() throws {
        let full = Narrowing(
            user: "acme", member: "mia", credentials: ["cred_2", "cred_1"], toolkits: ["gmail"])
        let text = try json(full)
        #expect(
            text == #"{"credentials":["cred_1","cred_2"],"member":"mia","#
                + #""toolkits":["gmail"],"user":"acme"}"#)
        for narrowing in [full, .everything, .nothing, Narrowing(toolkits: [])] {
            #expect(try read(try json(narrowing)) == narrowing)
        }
    }

    @Test("is not read where a limit is misspelt, null or of another kind")
    func strictness() {
        for text in [
            #"{"toolkit":["gmail"]}"#, #"{"Member":"mia"}"#, #"{"member":null}"#,
            #"{"credentials":null}"#, #"{"toolkits":"gmail"}"#, #"{"member":7}"#, "[]", "null",
            #"{"member":"mia","scope":"all"}"#,
        ] {
            #expect(throws: DecodingError.self, "\(text)") { try read(text) }
        }
    }
}
