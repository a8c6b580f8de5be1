package import LedgerDomain
internal import LedgerFormat
internal import LedgerStorage

/// The keys of the derived tables.
///
/// Identifiers hold no control characters, so that 0x00 ends one: `user 0x00 x` sorts all rows of
/// a user together, and no user's prefix is the beginning of another's. 255 + 1 + 255 bytes are
/// just the 511 that a key may have. Where more is joined, SHA-256 stands in.
enum ViewKeys {
    static func bytes<Kind>(_ identifier: Identifier<Kind>) -> [UInt8] {
        Array(identifier.text.utf8)
    }

    static func prefix(_ user: UserID) -> [UInt8] {
        bytes(user) + [0]
    }

    /// Takes a joined key apart.
    static func split(_ key: [UInt8]) -> (user: UserID, rest: String)? {
        guard let end = key.firstIndex(of: 0) else { return nil }
        guard let user = String(validating: key[..<end], as: UTF8.self),
            let rest = String(validating: key[(end + 1)...], as: UTF8.self)
        else { return nil }
        return (UserID(user), rest)
    }

    static func account(_ account: ProviderAccount.Identity) -> [UInt8] {
        AccountKey(account).digest.bytes
    }

    static func account(
        _ account: ProviderAccount.Identity, held credential: CredentialID
    ) -> [UInt8] {
        self.account(account) + bytes(credential)
    }

    static func notice(_ key: NoticeKey) -> [UInt8] {
        switch key.mark {
        case .notice(let notice): sha256(bytes(key.grant) + [0, 1] + bytes(notice))
        case .occurredAt(let time):
            sha256(
                bytes(key.grant) + [0, 2]
                    + [UInt8](bigEndian: UInt64(bitPattern: time.microsecondsSinceEpoch)))
        case .unmarked: sha256(bytes(key.grant) + [0, 3])
        }
    }
}

extension KeyBuffer {
    /// What the joined keys of a user begin with; without bytes where it would be longer than any.
    init(prefix user: UserID) {
        self.init()
        guard append(user.text.utf8.span), append(0) else {
            self = KeyBuffer()
            return
        }
    }

    /// A joined key; without bytes, and so in no table, where it would be longer than any.
    init<Kind>(_ user: UserID, _ other: Identifier<Kind>) {
        self.init()
        guard append(user.text.utf8.span), append(0), append(other.text.utf8.span) else {
            self = KeyBuffer()
            return
        }
    }

    /// What the keys of a provider account begin with in table `accounts`.
    init(_ account: AccountKey) {
        self.init()
        let words = account.digest.words
        let fits =
            append(bigEndian: words.0) && append(bigEndian: words.1)
            && append(bigEndian: words.2) && append(bigEndian: words.3)
        assert(fits, "a digest is longer than any key")
    }

    /// The key of a provider account that a credential has; without bytes, and so in no table,
    /// where it would be longer than any.
    init(_ account: AccountKey, held credential: CredentialID) {
        self.init(account)
        if !append(credential.text.utf8.span) { self = KeyBuffer() }
    }
}

/// A provider account as table `accounts` has it: SHA-256 of provider and subject.
///
/// A command is decided and recorded by the same account: whoever carries it out makes the key
/// once, and hands it to those who need it.
package final class AccountKey: Sendable {
    private let account: ProviderAccount.Identity
    let digest: StateDigest

    /// Digests provider and subject.
    package init(_ account: ProviderAccount.Identity) {
        self.account = account
        let (provider, subject) = (account.provider.text.utf8, account.subject.text.utf8)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(provider.count + 1 + subject.count)
        bytes += provider
        bytes.append(0)
        bytes += subject
        digest = StateDigest(words: sha256Words(bytes))
    }

    /// The key of an account: the one that was made before, where it is that account's.
    static func of(_ account: ProviderAccount.Identity, made key: AccountKey?) -> AccountKey {
        if let key, key.account == account { return key }
        return AccountKey(account)
    }
}

/// A row of table `states`.
struct StateRow {
    var issued: Position
    var consumed: Position?

    init(issued: Position, consumed: Position? = nil) {
        self.issued = issued
        self.consumed = consumed
    }

    init?(_ bytes: [UInt8]) {
        guard let issued = UInt64(bigEndianBytes: bytes.prefix(8)) else { return nil }
        self.issued = Position(issued)
        guard bytes.count > 8 else { return }
        guard let consumed = UInt64(bigEndianBytes: bytes.dropFirst(8)) else { return nil }
        self.consumed = Position(consumed)
    }

    var bytes: [UInt8] {
        issued.number.bigEndianBytes + (consumed?.number.bigEndianBytes ?? [])
    }
}
