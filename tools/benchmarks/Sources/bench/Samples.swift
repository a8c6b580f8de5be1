internal import AccountLedger
internal import Peers

/// Made-up accounts: all values of a kind are equally long, and none says where it sorts.
///
/// The peers make the same ones: see `peers/common/samples.c`.
struct Samples {
    /// The toolkit that every sample is of.
    static let toolkit: ToolkitID = "gmail"
    static let platform: PlatformID = "nylas"
    static let scopes = ["openid", "email", "https://www.googleapis.com/auth/gmail.modify"]
    /// How many accounts a user has whose accounts were imported.
    static let accountsPerUser = 3
    /// The number of the first account that is linked, and of its user.
    static let firstLink = Int(peer_first_link)

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

    /// A grant to import.
    static func importGrant(_ number: Int) -> ImportGrant {
        ImportGrant(
            user: user(number / accountsPerUser), toolkit: toolkit, grant: grant(number),
            account: account(number))
    }

    /// Letters that look random and are the same for the same number and salt.
    private static func letters(_ number: Int, salt: UInt64, count: Int) -> String {
        String(unsafeUninitializedCapacity: count) { letters in
            peer_letters(UInt64(number), salt, letters.baseAddress, count)
            return count
        }
    }
}

/// Numbers that look random and are the same in every run.
struct RepeatableGenerator: RandomNumberGenerator {
    private var state: UInt64 = 1

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var bits = state
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return bits ^ (bits >> 31)
    }
}
