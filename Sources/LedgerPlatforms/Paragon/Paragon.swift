/// Paragon: the credentials of a user.
///
/// Paragon has no notices of credentials that a server could receive: what changes is seen by
/// asking for `/sdk/me`, or told by the browser. Its signed webhooks are of workflows and
/// synchronization, and say nothing of credentials.
public enum Paragon {
    /// The platform's name on records.
    public static let platform: PlatformID = "paragon"
}
