extension Command {
    /// The command as narrowed access gives it: what is connected belongs to the member.
    ///
    /// The check looks at command and narrowing alone, so its refusal tells nothing of what exists.
    /// It is no part of what the command says: a delivery is compared as it was given.
    ///
    /// - Throws: `invalid` where what is made would not be seen by who makes it.
    func narrowed() throws(Refusal) -> Command {
        let narrowing = context.narrowing
        guard !narrowing.isEverything else { return self }
        var command = self
        switch action {
        case .issueState(var issue) where issue.intent.credential == nil:
            try narrowing.check(issue.user, issue.toolkit, issue.member)
            issue.member = issue.member ?? narrowing.member
            command.action = .issueState(issue)
        case .importGrant(var grant):
            try narrowing.check(grant.user, grant.toolkit, grant.member)
            grant.member = grant.member ?? narrowing.member
            command.action = .importGrant(grant)
        case .issueState, .link, .expire, .report, .revoke, .relabel, .select: break
        }
        return command
    }
}

extension Narrowing {
    /// Refuses a connection that would be hidden from who makes it.
    fileprivate func check(
        _ user: UserID, _ toolkit: ToolkitID, _ member: MemberID?
    ) throws(Refusal) {
        let reason = "is outside what the access is narrowed to"
        if !admits(user: user) { throw .invalid(field: "user", reason: reason) }
        if !admits(toolkit) { throw .invalid(field: "toolkit", reason: reason) }
        if let member, let own = self.member, member != own {
            throw .invalid(field: "member", reason: reason)
        }
        if credentials != nil {
            throw .invalid(
                field: "credential",
                reason: "would be a new one, and the access is narrowed to credentials")
        }
    }
}
