internal import AccountLedger

/// Made-up users and accounts; the same number always gives the same one.
enum Samples {
    static let toolkit: ToolkitID = "gmail"
    static let scopes = ["openid", "email", "https://www.googleapis.com/auth/gmail.modify"]

    /// A user who has three accounts after the import.
    static func user(_ number: Int) -> UserID { UserID("user-\(letters(number, 1, count: 16))") }

    /// A grant of the import: three to a user, one after the other.
    static func importGrant(_ number: Int) -> ImportGrant {
        ImportGrant(
            user: user(number / 3), toolkit: toolkit,
            grant: GrantID("grant-\(letters(number, 2, count: 30))"), account: account(number, 3))
    }

    /// A user of whom the ledger knows nothing before the link.
    static func newUser(_ number: Int) -> UserID { UserID("new-\(letters(number, 6, count: 17))") }

    static func newGrant(_ number: Int) -> GrantID {
        GrantID("grant-\(letters(number, 7, count: 30))")
    }

    static func newAccount(_ number: Int) -> ProviderAccount { account(number, 8) }

    private static func account(_ number: Int, _ salt: UInt64) -> ProviderAccount {
        ProviderAccount(
            provider: "google", subject: Identifier(letters(number, salt, count: 21)),
            email: "\(letters(number, salt + 100, count: 12))@example.com",
            name: letters(number, salt + 200, count: 14))
    }

    /// The bytes of a name or a token that the ledger makes: they follow from its place in the log.
    static func bytes(_ count: Int, for use: RandomUse) -> [UInt8] {
        var numbers =
            switch use {
            case .credential(let position): Numbers(position.number, 10)
            case .token(let position): Numbers(position.number, 11)
            case .event(let time): Numbers(UInt64(bitPattern: time.microsecondsSinceEpoch), 12)
            }
        return (0..<count).map { _ in UInt8(truncatingIfNeeded: numbers.next() >> 56) }
    }

    private static func letters(_ number: Int, _ salt: UInt64, count: Int) -> String {
        var numbers = Numbers(UInt64(number), salt)
        let bytes = (0..<count).map { _ in UInt8(ascii: "a") + UInt8((numbers.next() >> 33) % 26) }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Numbers that look random and follow from a seed, by multiplication and addition.
    private struct Numbers {
        private var state: UInt64

        init(_ seed: UInt64, _ salt: UInt64) {
            state = (seed &+ 1) &* 0x9E37_79B9_7F4A_7C15 ^ salt &* 0xD6E8_FEB8_6659_FD93
        }

        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state
        }
    }
}
