internal import AccountLedger

/// Made-up accounts: all values of a kind are equally long, and none says where it sorts.
struct Samples {
    /// The toolkit that every sample is of.
    static let toolkit: ToolkitID = "gmail"
    static let platform: PlatformID = "nylas"
    static let scopes = ["openid", "email", "https://www.googleapis.com/auth/gmail.modify"]

    static func user(_ number: Int) -> UserID {
        UserID("user-" + letters(number, salt: 1, count: 16))
    }

    static func grant(_ number: Int) -> GrantID {
        GrantID("grant-" + letters(number, salt: 2, count: 30))
    }

    static func account(_ number: Int) -> ProviderAccount {
        ProviderAccount(
            provider: "google", subject: .init(letters(number, salt: 3, count: 21)),
            email: letters(number, salt: 4, count: 12) + "@example.com",
            name: letters(number, salt: 5, count: 14))
    }

    /// A grant to import: three to a user.
    static func importGrant(_ number: Int) -> ImportGrant {
        ImportGrant(
            user: user(number / 3), toolkit: toolkit, grant: grant(number),
            account: account(number))
    }

    /// Letters that look random and are the same for the same number and salt.
    private static func letters(_ number: Int, salt: UInt64, count: Int) -> String {
        var state = UInt64(number) &* 0x9E37_79B9_7F4A_7C15 &+ salt
        let bytes = (0..<count).map { _ -> UInt8 in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(ascii: "a") + UInt8((state >> 33) % 26)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
