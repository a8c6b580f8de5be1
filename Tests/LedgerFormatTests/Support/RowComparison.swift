internal import LedgerDomain
internal import LedgerFormat

/// Whether rows in one pass and rows through messages say the same.
enum RowComparison {
    static func readDirectly(_ bytes: [UInt8]) -> Credential? {
        CredentialRowCodec.decodeDirectly(bytes.span, user: "1001", id: Samples.credential)
    }

    static func connection(_ bytes: [UInt8]) throws -> (Timestamp, Position) {
        try CredentialRowCodec.connection(in: bytes.span)
    }

    /// What the two ways differ in when they write; nil where they agree.
    static func difference(writing credential: Credential) -> String? {
        let bytes = CredentialRowCodec.encode(credential)
        guard (try? MessageRows.encode(credential)) == bytes else {
            return "other bytes of \(credential)"
        }
        return difference(readingCredential: bytes)
    }

    /// What the two ways differ in when they write; nil where they agree.
    static func difference(writing accounts: ToolkitAccounts) -> String? {
        let bytes = SelectionRowCodec.encode(accounts)
        guard (try? MessageRows.encode(accounts)) == bytes else {
            return "other bytes of \(accounts)"
        }
        return difference(readingSelection: bytes)
    }

    /// What the two ways differ in when they read; nil where they agree.
    static func difference(readingCredential bytes: [UInt8]) -> String? {
        difference(
            bytes, direct: readDirectly(bytes),
            codec: { () throws(FormatError) in
                try CredentialRowCodec.decode(bytes, user: "1001", id: Samples.credential)
            },
            messages: { () throws(FormatError) in
                try MessageRows.credential(bytes, user: "1001", id: Samples.credential)
            },
            encode: { (row) throws(FormatError) in try MessageRows.encode(row) })
    }

    /// What the two ways differ in when they read; nil where they agree.
    static func difference(readingSelection bytes: [UInt8]) -> String? {
        difference(
            bytes, direct: SelectionRowCodec.decodeDirectly(bytes.span),
            codec: { () throws(FormatError) in try SelectionRowCodec.decode(bytes.span) },
            messages: { () throws(FormatError) in try MessageRows.accounts(bytes) },
            encode: { (row) throws(FormatError) in try MessageRows.encode(row) })
    }

    /// What a selection out of a row and one out of its accounts differ in; nil where they agree.
    static func difference(selectingIn bytes: [UInt8], _ policy: Policy) -> String? {
        let outOfRow = Result { () throws(FormatError) in
            try SelectionRowCodec.select(in: bytes.span, "gmail", policy: policy, at: Position(7))
        }
        let outOfAccounts = Result { () throws(FormatError) in
            try SelectionRowCodec.decode(bytes.span)
                .select("gmail", policy: policy, at: Position(7))
        }
        return outOfRow == outOfAccounts
            ? nil : "\(outOfRow), not \(outOfAccounts), of \(bytes.lowercaseHexadecimal)"
    }

    /// Reading in one pass may refuse what is a row, and then messages read it; what it reads has
    /// to be what they read.
    private static func difference<Row: Equatable>(
        _ bytes: [UInt8], direct: Row?, codec: () throws(FormatError) -> Row,
        messages: () throws(FormatError) -> Row, encode: (Row) throws(FormatError) -> [UInt8]
    ) -> String? {
        do throws(FormatError) {
            let row = try messages()
            // Texts are equal where they are canonically equivalent; their bytes are not.
            let expected = try encode(row)
            if let direct, try encode(direct) != expected || direct != row {
                return "another row of \(bytes.lowercaseHexadecimal)"
            }
            return try encode(codec()) == expected
                ? nil : "the codec reads another row of \(bytes.lowercaseHexadecimal)"
        } catch {
            if direct != nil { return "only one pass reads \(bytes.lowercaseHexadecimal)" }
            do throws(FormatError) {
                _ = try codec()
                return "no error for \(bytes.lowercaseHexadecimal)"
            } catch let said {
                return said == error ? nil : "\(said), not \(error)"
            }
        }
    }
}

extension Random {
    /// A credential with every optional field present or absent by chance.
    mutating func credentialRow() -> Credential {
        let scopes = pick([0, 0, 1, 3, 64])
        return Credential(
            id: Samples.credential, user: "1001", toolkit: identifier(), grant: identifier(),
            platform: maybe { $0.identifier() }, account: account(),
            label: maybe { $0.personal(1...200) }, externalID: maybe { $0.identifier() },
            member: maybe { $0.identifier() }, status: pick(CredentialStatus.allCases),
            statusReason: maybe { $0.short() }, firstConnectedAt: time(),
            lastAuthenticatedAt: time(), statusChangedAt: time(), validUntil: maybe { $0.time() },
            scopes: (0..<scopes).map { _ in short() }, createdAt: Position(next() >> 20),
            version: Position(next() >> 20))
    }

    /// A few accounts and perhaps a choice.
    mutating func selectionRow() -> ToolkitAccounts {
        let count = pick([0, 1, 2, 3, 20])
        return ToolkitAccounts(
            live: (0..<count).map { _ in
                ToolkitAccounts.Account(credential: credential(), isUsable: chance(70))
            },
            choice: maybe { $0.credential() })
    }
}
