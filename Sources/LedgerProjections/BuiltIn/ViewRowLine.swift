package import LedgerFormat
internal import LedgerDomain

/// The rows of the derived tables in JSON, for those who look for what is wrong with one.
package enum ViewRowLine {
    /// A key and a value; what cannot be read is given as its bytes, in hexadecimal.
    package static func json(
        _ table: String, key: [UInt8], value: [UInt8]?
    ) -> (key: JSONValue, value: JSONValue?) {
        guard let name = ViewTables.Name(rawValue: table) else {
            return (bytes(key), value.map(bytes))
        }
        return (
            self.key(name, key) ?? bytes(key),
            value.map { self.value(name, key, $0) ?? bytes($0) }
        )
    }

    /// Whether a value can be read.
    package static func isReadable(_ table: String, key: [UInt8], value: [UInt8]) -> Bool {
        guard let name = ViewTables.Name(rawValue: table) else { return true }
        return self.value(name, key, value) != nil
    }

    private static func bytes(_ bytes: [UInt8]) -> JSONValue {
        JSONValue(["bytes": .string(bytes.lowercaseHexadecimal)])
    }

    private static func key(_ name: ViewTables.Name, _ key: [UInt8]) -> JSONValue? {
        switch name {
        case .users:
            guard let position = UInt64(bigEndianBytes: key.suffix(8)),
                let user = text(key.dropLast(9))
            else { return nil }
            return JSONValue(["user": user, "position": .number(position)])
        case .states, .notices: return JSONValue(["digest": .string(key.lowercaseHexadecimal)])
        case .grants: return text(key[...]).map { JSONValue(["grant": $0]) }
        case .accounts:
            guard key.count > 32, let credential = text(key.dropFirst(32)) else { return nil }
            let digest = Array(key.prefix(32)).lowercaseHexadecimal
            return JSONValue(["accountDigest": .string(digest), "credential": credential])
        case .owners: return text(key[...]).map { JSONValue(["credential": $0]) }
        case .keys: return text(key[...]).map { JSONValue(["idempotencyKey": $0]) }
        case .credentials, .selections:
            guard let (user, rest) = ViewKeys.split(key) else { return nil }
            let second = name == .credentials ? "credential" : "toolkit"
            return .object([
                JSONValue.Member("user", .string(user.text)), .init(second, .string(rest)),
            ])
        }
    }

    private static func value(
        _ name: ViewTables.Name, _ key: [UInt8], _ value: [UInt8]
    ) -> JSONValue? {
        switch name {
        case .users: return value.isEmpty ? JSONValue([:]) : nil
        case .states:
            guard let row = StateRow(value) else { return nil }
            return JSONValue([
                "issued": .number(row.issued.number),
                "consumed": row.consumed.map { .number($0.number) },
            ])
        case .grants, .notices, .keys:
            return UInt64(bigEndianBytes: value).map { JSONValue(["position": .number($0)]) }
        case .accounts, .owners: return text(value[...]).map { JSONValue(["user": $0]) }
        case .credentials:
            guard let (user, id) = ViewKeys.split(key),
                let credential = try? CredentialRowCodec.decode(
                    value, user: user, id: CredentialID(id))
            else { return nil }
            return CredentialLine.json(credential)
        case .selections: return selection(value)
        }
    }

    private static func selection(_ value: [UInt8]) -> JSONValue? {
        let accounts: ToolkitAccounts
        do { accounts = try SelectionRowCodec.decode(value.span) } catch { return nil }
        return JSONValue([
            "live": .array(
                accounts.live.map { account in
                    JSONValue([
                        "credential": .string(account.credential.text),
                        "usable": .bool(account.isUsable),
                    ])
                }),
            "choice": accounts.choice.map { .string($0.text) } ?? .null,
        ])
    }

    private static func text(_ bytes: ArraySlice<UInt8>) -> JSONValue? {
        String(validating: bytes, as: UTF8.self).map { .string($0) }
    }
}
