/// Composio: connected accounts, and the notice that one has expired.
public enum Composio {
    /// The platform's name on records.
    public static let platform: PlatformID = "composio"
}
