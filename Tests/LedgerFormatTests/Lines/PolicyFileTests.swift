internal import LedgerDomain
internal import LedgerFormat
internal import Testing

@Suite("Policies in files")
struct PolicyFileTests {
    private func decode(_ text: String) throws -> Policy { try PolicyFile.decode(Array(text.utf8)) }

    @Test("What is left out or null has its default")
    func defaults() throws {
        #expect(try decode("{}") == Policy())
        #expect(try decode(#"{"accountLimit":null,"allowMultiple":null}"#) == Policy())
        #expect(try decode("\n{ \"requireChoice\": true }\n") == Policy(requireChoice: true))
    }

    @Test("Each field is read for itself, and written back")
    func fields() throws {
        let policies = [
            Policy(allowMultiple: true), Policy(accountLimit: 1),
            Policy(accountLimit: 4_294_967_295), Policy(sharedAccounts: true),
            Policy(duplicateLabels: true), Policy(requireChoice: true),
            Policy(refuseFallback: true),
        ]
        for policy in policies {
            #expect(try decode(PolicyFile.json(policy).serialized) == policy)
        }
        #expect(try decode(#"{"allowMultiple":true}"#) == Policy(allowMultiple: true))
        #expect(try decode(#"{"accountLimit":1}"#) == Policy(accountLimit: 1))
        #expect(try decode(#"{"sharedAccounts":true}"#) == Policy(sharedAccounts: true))
        #expect(try decode(#"{"duplicateLabels":true}"#) == Policy(duplicateLabels: true))
        #expect(try decode(#"{"refuseFallback":true}"#) == Policy(refuseFallback: true))
    }

    @Test(
        "What is wrong is named",
        arguments: [
            ("", "policy", "is blank"), ("[]", "policy", "is not a JSON object"),
            ("{,}", "policy", "is not JSON: unexpected byte at byte 1"),
            (#"{"allowMultiples":true}"#, "allowMultiples", "is not a field of a policy"),
            (#"{"allowMultiple":"yes"}"#, "allowMultiple", "must be true or false"),
            (#"{"accountLimit":0}"#, "accountLimit", "is out of range"),
            (#"{"accountLimit":4294967296}"#, "accountLimit", "is out of range"),
            (
                #"{"accountLimit":2.0}"#, "accountLimit",
                "must be an integer, without fraction and exponent"
            ),
        ])
    func faults(text: String, field: String, reason: String) {
        #expect(throws: FieldError(field, reason)) { try decode(text) }
    }
}
