package import LedgerDomain

/// The file that a ledger's policy is given in: one JSON object, where what is left out has its
/// default.
package enum PolicyFile {
    private static let fields = [
        "allowMultiple", "accountLimit", "sharedAccounts", "duplicateLabels", "requireChoice",
        "refuseFallback",
    ]

    /// Reads a policy; what is wrong with the file as a whole is an error of the field `policy`.
    package static func decode(_ bytes: [UInt8]) throws(FieldError) -> Policy {
        let fields = try FieldReader(
            try JSONParser.members(bytes, of: "policy"), knownNames: fields, owner: "a policy")
        return Policy(
            allowMultiple: try fields.optionalBool("allowMultiple") ?? false,
            accountLimit: try fields.optionalInteger("accountLimit", in: 1...Int64(UInt32.max))
                .map { Int($0) },
            sharedAccounts: try fields.optionalBool("sharedAccounts") ?? false,
            duplicateLabels: try fields.optionalBool("duplicateLabels") ?? false,
            requireChoice: try fields.optionalBool("requireChoice") ?? false,
            refuseFallback: try fields.optionalBool("refuseFallback") ?? false)
    }

    /// Writes a policy with all its fields.
    package static func json(_ policy: Policy) -> JSONValue {
        JSONValue([
            "allowMultiple": .bool(policy.allowMultiple),
            "accountLimit": policy.accountLimit.map { .integer(Int64($0)) } ?? .null,
            "sharedAccounts": .bool(policy.sharedAccounts),
            "duplicateLabels": .bool(policy.duplicateLabels),
            "requireChoice": .bool(policy.requireChoice),
            "refuseFallback": .bool(policy.refuseFallback),
        ])
    }
}
