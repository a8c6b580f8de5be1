internal import LedgerDomain

extension CanonicalWriter {
    /// A row of the view of credentials; the tags are those of `schemas/views.proto`.
    mutating func credentialRow(_ credential: Credential) {
        implicit(0x0A, credential.toolkit.text)
        implicit(0x12, credential.grant.text)
        optional(0x1A, credential.platform?.text)
        implicit(0x22, credential.account.provider.text)
        implicit(0x2A, credential.account.subject.text)
        optional(0x32, credential.externalID?.text)
        optional(0x3A, credential.member?.text)
        byte(0x40)
        switch credential.status {
        case .valid: byte(1)
        case .expired: byte(2)
        case .revoked: byte(3)
        }
        optional(0x4A, credential.statusReason)
        implicit(0x50, credential.firstConnectedAt)
        implicit(0x58, credential.lastAuthenticatedAt)
        implicit(0x60, credential.statusChangedAt)
        if let time = credential.validUntil {
            byte(0x68)
            number(UInt64(bitPattern: time.microsecondsSinceEpoch))
        }
        for scope in credential.scopes { optional(0x72, scope) }
        if credential.createdAt > .start {
            byte(0x78)
            number(credential.createdAt.number)
        }
        if credential.version > .start { long(0x80, credential.version.number) }
        long(0x8A, credential.account.email)
        long(0x92, credential.account.name)
        long(0x9A, credential.label)
    }

    /// A row of the view of selections.
    mutating func selectionRow(_ accounts: ToolkitAccounts) {
        for account in accounts.live {
            byte(0x0A)
            message { writer in
                writer.implicit(0x0A, account.credential.text)
                if account.isUsable {
                    writer.byte(0x10)
                    writer.byte(1)
                }
            }
        }
        optional(0x12, accounts.choice?.text)
    }

    /// How far the views have come.
    mutating func checkpoint(_ checkpoint: ViewCheckpoint) {
        implicit(0x08, checkpoint.position.number)
        implicit(0x10, UInt64(UInt32(clamping: checkpoint.credentialsVersion)))
        implicit(0x18, UInt64(UInt32(clamping: checkpoint.selectionsVersion)))
    }

    /// A number that is left out where it is 0.
    @inline(__always)
    private mutating func implicit(_ tag: UInt8, _ value: UInt64) {
        guard value != 0 else { return }
        byte(tag)
        number(value)
    }

    /// A text that is left out where it is empty.
    @inline(__always)
    private mutating func implicit(_ tag: UInt8, _ text: String) {
        if !text.isEmpty { optional(tag, text) }
    }

    /// A time that is left out where it is 0.
    @inline(__always)
    private mutating func implicit(_ tag: UInt8, _ time: Timestamp) {
        guard time.microsecondsSinceEpoch != 0 else { return }
        byte(tag)
        number(UInt64(bitPattern: time.microsecondsSinceEpoch))
    }

    @inline(__always)
    private mutating func optional(_ tag: UInt8, _ text: String?) {
        guard let text else { return }
        byte(tag)
        self.text(text)
    }

    /// A number in a field from 16 to 31.
    @inline(__always)
    private mutating func long(_ tag: UInt8, _ value: UInt64) {
        byte(tag)
        byte(0x01)
        number(value)
    }

    /// A text in a field from 16 to 31.
    @inline(__always)
    private mutating func long(_ tag: UInt8, _ text: String?) {
        guard let text else { return }
        byte(tag)
        byte(0x01)
        self.text(text)
    }
}
