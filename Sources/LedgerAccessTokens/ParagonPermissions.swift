public import LedgerDomain

/// What a Paragon user token allows, by its JWT permissions.
///
/// The claim is an object whose names are scopes, such as `integration:*`, and whose values are
/// permissions: true, or something narrower. What the narrower ones look like is not confirmed, so
/// they are read by a function that can be exchanged, and what a function does not understand has
/// to allow nothing.
public struct ParagonPermissions: Sendable {
    /// The name of the claim.
    public static let claim = "urn:useparagon:connect:permissions"

    /// What a token without the claim allows.
    public var withoutClaim: Narrowing
    /// Reads the claim's object.
    public var reading: @Sendable (_ permissions: [String: ClaimValue]) -> Narrowing

    /// Says how tokens are read.
    ///
    /// - Parameters:
    ///   - withoutClaim: What a token without the claim allows; there is no default, because it is
    ///     for the application to say whether all of its tokens have one.
    ///   - reading: Reads the claim's object.
    public init(
        withoutClaim: Narrowing,
        reading: @escaping @Sendable (_ permissions: [String: ClaimValue]) -> Narrowing =
            Self.everyIntegration
    ) {
        self.withoutClaim = withoutClaim
        self.reading = reading
    }

    /// What a token allows.
    public func access(_ token: VerifiedClaims) -> TokenAccess {
        let narrowing: Narrowing =
            switch token.claims[Self.claim] {
            case nil: withoutClaim
            case .object(let permissions)?: reading(permissions)
            default: .nothing
            }
        return TokenAccess(user: UserID(token.subject), narrowing: narrowing)
    }

    /// Reads what is documented: `integration:*` with true allows everything, all else nothing.
    @Sendable
    public static func everyIntegration(_ permissions: [String: ClaimValue]) -> Narrowing {
        permissions["integration:*"] == .truth(true) ? .everything : .nothing
    }

    /// Reads single integrations too: `integration:NAME` with true allows the toolkit of that name.
    ///
    /// That scopes name single integrations so is not confirmed.
    @Sendable
    public static func namedIntegrations(_ permissions: [String: ClaimValue]) -> Narrowing {
        if everyIntegration(permissions).isEverything { return .everything }
        let prefix = "integration:"
        let names = permissions.compactMap { scope, permission -> ToolkitID? in
            guard permission == .truth(true), scope.hasPrefix(prefix) else { return nil }
            return ToolkitID(String(scope.dropFirst(prefix.count)))
        }
        return Narrowing(toolkits: Set(names))
    }
}
