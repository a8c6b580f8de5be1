/// Nango: connections, and the notices of their authorization.
public enum Nango {
    /// The platform's name on records.
    public static let platform: PlatformID = "nango"
}
