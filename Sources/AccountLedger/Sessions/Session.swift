public import LedgerDomain

/// A view of one user that acts as one credential per toolkit.
///
/// It is a value: a ledger and settings. An account that is connected later acts at once for a
/// toolkit that is not pinned; a pin never moves. Nothing of other users is seen, and nothing that
/// the session's narrowing hides.
public struct Session: Sendable {
    /// All that the session is, but for its ledger: write it down to go on elsewhere.
    public let settings: SessionSettings
    let ledger: Ledger

    init(_ settings: SessionSettings, in ledger: Ledger) throws(LedgerError) {
        self.settings = settings
        self.ledger = ledger
        // A credential stays what it was made for, so a pin that is right now stays right.
        try access.read { (view) throws(LedgerError) in
            for toolkit in settings.pins.keys.sorted() {
                _ = try view.selection(of: settings.user, toolkit: toolkit, pins: settings.pins)
            }
        }
    }

    /// The user whose session it is.
    public var user: UserID { settings.user }

    /// The part of the ledger that the session sees.
    public var access: NarrowedLedger { ledger.narrowed(to: settings.access) }
}

extension Ledger {
    /// Makes a session of a user; nothing is stored.
    ///
    /// - Parameters:
    ///   - user: The user.
    ///   - pins: Which credential a toolkit acts as, whatever else is connected.
    ///   - member: The only member whose credentials are seen; all where left out.
    ///   - narrowing: What else the session is limited to.
    /// - Throws: `pinRefused` for a pin that names no credential of the user and toolkit, or one
    ///   that is hidden.
    public func session(
        user: UserID, pins: [ToolkitID: CredentialID] = [:], member: MemberID? = nil,
        narrowing: Narrowing = .everything
    ) throws(LedgerError) -> Session {
        let narrowing = narrowing.narrowed(to: Narrowing(member: member))
        return try session(
            restoring: SessionSettings(user: user, pins: pins, narrowing: narrowing))
    }

    /// Goes on with a session that was written down.
    ///
    /// - Throws: `pinRefused` for a pin that this ledger does not know.
    public func session(restoring settings: SessionSettings) throws(LedgerError) -> Session {
        try Session(settings, in: self)
    }
}

extension NarrowedLedger {
    /// Makes a session of a user that sees no more than this ledger does; nothing is stored.
    ///
    /// - Parameters:
    ///   - user: The user.
    ///   - pins: Which credential a toolkit acts as, whatever else is connected.
    ///   - member: The only member whose credentials are seen; all where left out.
    public func session(
        user: UserID, pins: [ToolkitID: CredentialID] = [:], member: MemberID? = nil
    ) throws(LedgerError) -> Session {
        try ledger.session(user: user, pins: pins, member: member, narrowing: narrowing)
    }

    /// Goes on with a session that was written down, seeing no more than this ledger does.
    public func session(restoring settings: SessionSettings) throws(LedgerError) -> Session {
        var settings = settings
        settings.narrowing = settings.narrowing.narrowed(to: narrowing)
        return try ledger.session(restoring: settings)
    }
}
