/// Nylas, version 3: grants, and the notices of them.
public enum Nylas {
    /// The platform's name on records.
    public static let platform: PlatformID = "nylas"
}
