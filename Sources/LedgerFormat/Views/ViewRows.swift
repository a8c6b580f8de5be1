package import LedgerDomain

/// Rows of the view of credentials to bytes and back; the user and the id are in the key.
///
/// Rows as they are written are read in one pass, because every listing reads some; what that pass
/// does not take `MessageRows` reads, or says what is wrong with it.
package enum CredentialRowCodec {
    package static func encode(_ credential: Credential) -> [UInt8] {
        var writer = CanonicalWriter()
        writer.credentialRow(credential)
        return writer.bytes
    }

    package static func decode(
        _ bytes: [UInt8], user: UserID, id: CredentialID
    ) throws(FormatError) -> Credential {
        try decode(bytes.span, user: user, id: id)
    }

    /// Decodes a row out of lent bytes.
    package static func decode(
        _ bytes: Span<UInt8>, user: UserID, id: CredentialID
    ) throws(FormatError) -> Credential {
        do {
            var reader = CanonicalReader(bytes)
            return try reader.credentialRow(user: user, id: id)
        } catch {
            return try MessageRows.credential(bytes.indices.map { bytes[$0] }, user: user, id: id)
        }
    }

    /// Decodes a row in one pass; nil where that is not possible, for whatever reason.
    package static func decodeDirectly(
        _ bytes: Span<UInt8>, user: UserID, id: CredentialID
    ) -> Credential? {
        var reader = CanonicalReader(bytes)
        return try? reader.credentialRow(user: user, id: id)
    }
}

extension CredentialRowCodec {
    /// The label in a row, without decoding the rest: a label is compared with those of all
    /// accounts of a toolkit.
    package static func label(in bytes: Span<UInt8>) throws(FormatError) -> String? {
        var row = WireReader(bytes)
        while let field = try row.next() {
            if field.number == labelField { return try row.text(field) }
            try row.skip(field)
        }
        return nil
    }

    /// When the credential of a row was first connected and where it was made, which order it among
    /// others, without decoding the rest.
    ///
    /// A row that does not say where is none: no record is at position 0. A time of 0 is left out.
    package static func connection(
        in bytes: Span<UInt8>
    ) throws(FormatError) -> (Timestamp, Position) {
        var (time, position) = (UInt64(0), UInt64(0))
        var row = WireReader(bytes)
        while let field = try row.next() {
            switch field.number {
            case firstConnectedAtField: time = try row.number(field)
            case createdAtField: position = try row.number(field)
            default: try row.skip(field)
            }
        }
        guard position > 0 else { throw FormatError(.malformed) }
        return (Timestamp(microsecondsSinceEpoch: Int64(bitPattern: time)), Position(position))
    }

    // The numbers of the fields in `schemas/views.proto`.
    private static let firstConnectedAtField = 10
    private static let createdAtField = 15
    private static let labelField = 19
}

/// Rows of the view of selections to bytes and back, in one pass as those of credentials.
package enum SelectionRowCodec {
    package static func encode(_ accounts: ToolkitAccounts) -> [UInt8] {
        var writer = CanonicalWriter()
        writer.selectionRow(accounts)
        return writer.bytes
    }

    package static func decode(_ bytes: Span<UInt8>) throws(FormatError) -> ToolkitAccounts {
        do {
            var reader = CanonicalReader(bytes)
            return try reader.selectionRow()
        } catch {
            return try MessageRows.accounts(bytes.indices.map { bytes[$0] })
        }
    }

    /// What a row comes to; where there is no choice, without a list of its accounts on the way.
    package static func select(
        in bytes: Span<UInt8>, _ toolkit: ToolkitID, policy: Policy, at position: Position
    ) throws(FormatError) -> Selection {
        do throws(CanonicalReader.Refusal) {
            var row = CanonicalReader(bytes)
            var selection = PendingSelection(among: try row.standing(), policy: policy)
            row = CanonicalReader(bytes)
            try row.name(to: &selection)
            return selection.end(toolkit, at: position)
        } catch {
            return try decode(bytes).select(toolkit, policy: policy, at: position)
        }
    }

    /// Decodes a row in one pass; nil where that is not possible, for whatever reason.
    package static func decodeDirectly(_ bytes: Span<UInt8>) -> ToolkitAccounts? {
        var reader = CanonicalReader(bytes)
        return try? reader.selectionRow()
    }
}
