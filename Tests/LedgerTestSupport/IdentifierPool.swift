package import LedgerDomain
internal import LedgerFormat

/// The names that a random run uses: few, so that they meet again and again.
package struct IdentifierPool {
    package let users: [UserID] = ["ann", "bob", "zo\u{EB}", "zoe\u{308}"]
    package let toolkits: [ToolkitID] = ["gmail", "drive"]
    package let grants: [GrantID] = (0..<12).map { GrantID("grant \($0)") }
    package let subjects: [Identifier<ProviderAccount.Subject>] = (0..<6).map {
        Identifier("subject \($0)")
    }
    package let providers: [ProviderID] = ["google", "microsoft"]
    package let labels = ["Work", "wORK", "Zo\u{EB}", "zOE\u{308}", "Home"]
    package let notices: [NoticeID] = ["notice 1", "notice 2", "notice 3"]
    package let keys: [IdempotencyKey] = (0..<10).map { IdempotencyKey("key \($0)") }
    /// The credentials made so far, and one that never was.
    package var credentials: [CredentialID] = ["cred_none"]
    /// The digests of the states issued so far, and one that never was.
    package var states: [StateDigest] = [StateDigest(of: StateToken("none"))].compactMap { $0 }

    package init() {}

    /// Takes the names in that an outcome brought.
    package mutating func learn(from records: some Sequence<EventRecord>) {
        for record in records {
            if case .stateIssued(let event) = record.event { states.append(event.digest) }
            if case .grantLinked(let event) = record.event, event.kind == .connected {
                credentials.append(event.credential)
            }
        }
    }
}

/// Makes commands that are mostly sensible.
package struct CommandGenerator {
    package var pool = IdentifierPool()
    package var random: SeededGenerator

    /// Makes the commands of a seed.
    package init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    package mutating func next(now: Timestamp, version: (UserID) -> UserVersion) -> Command {
        let user = one(pool.users, "ann")
        var context = CommandContext()
        if random.happens(15) { context.idempotencyKey = pool.keys.randomElement(using: &random) }
        if random.happens(10) { context.occurredAt = around(now) }
        if random.happens(8) {
            context.expectedUserVersion = random.happens(70) ? version(user) : UserVersion(3)
        }
        if random.happens(20) { context.actor = .user(user) }
        if random.happens(20) { context.correlationID = "correlation" }
        let action = action(user, now)
        if case .report = action, context.occurredAt == nil { context.occurredAt = around(now) }
        return Command(action, context: context)
    }

    private mutating func one<Element>(_ elements: [Element], _ fallback: Element) -> Element {
        // Later elements, such as fresh states and credentials, are used more.
        let recent = Array(elements.suffix(6))
        return random.pick(random.happens(70) ? recent : elements, else: fallback)
    }

    private mutating func around(_ now: Timestamp) -> Timestamp {
        now.adding(seconds: .random(in: -2000...310, using: &random))
    }

    private mutating func account() -> ProviderAccount {
        ProviderAccount(
            provider: one(pool.providers, "google"), subject: one(pool.subjects, "subject"),
            email: random.happens(30) ? "someone@example.org" : nil,
            name: random.happens(30) ? "Someone" : nil)
    }

    private mutating func label(_ percent: Int) -> String? {
        random.happens(percent) ? pool.labels.randomElement(using: &random) : nil
    }

    private mutating func action(_ user: UserID, _ now: Timestamp) -> Command.Action {
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<25: .issueState(issue(user))
        case 25..<55: .link(link())
        case 55..<61: .expire(expire(user))
        case 61..<65: .report(report(user))
        case 65..<73: .revoke(revoke(user))
        case 73..<81:
            .relabel(
                Relabel(
                    credential: one(pool.credentials, "cred_none"), label: label(80),
                    user: random.happens(20) ? user : nil))
        case 81..<90:
            .select(
                SelectAccount(
                    user: user, toolkit: one(pool.toolkits, "gmail"),
                    credential: random.happens(75) ? one(pool.credentials, "cred_none") : nil))
        default: .importGrant(importGrant(user, now))
        }
    }

    private mutating func issue(_ user: UserID) -> IssueState {
        var action = IssueState(user: user, toolkit: one(pool.toolkits, "gmail"))
        if random.happens(70) { action.allowMultiple = random.happens(85) }
        if random.happens(20) { action.lifetimeSeconds = .random(in: 0...60, using: &random) }
        switch Int.random(in: 0..<10, using: &random) {
        case 0, 1: action.reconnect = one(pool.credentials, "cred_none")
        case 2, 3: action.replace = one(pool.credentials, "cred_none")
        case 4: action.member = "member"
        case 5: action.externalID = "external"
        default: action.label = label(30)
        }
        return action
    }

    private mutating func link() -> LinkGrant {
        let state = pool.states[Int.random(in: 0..<pool.states.count, using: &random)]
        let recent = random.pick(pool.states.suffix(3), else: state)
        return LinkGrant(
            state: random.happens(80) ? recent : state, grant: one(pool.grants, "grant"),
            account: account(), toolkit: random.happens(10) ? one(pool.toolkits, "gmail") : nil,
            platform: random.happens(30) ? "nylas" : nil,
            scopes: random.happens(30) ? ["read", "write"] : nil, label: label(20))
    }

    private mutating func expire(_ user: UserID) -> ExpireGrant {
        ExpireGrant(
            grant: one(pool.grants, "grant"), reason: random.happens(50) ? "quota" : nil,
            notice: random.happens(40) ? one(pool.notices, "notice") : nil,
            user: random.happens(20) ? user : nil)
    }

    private mutating func report(_ user: UserID) -> ReportGrant {
        ReportGrant(
            grant: one(pool.grants, "grant"),
            status: random.happens(50) ? .authenticated : .expired,
            notice: one(pool.notices, "notice"), reason: random.happens(50) ? "quota" : nil,
            user: random.happens(20) ? user : nil)
    }

    private mutating func revoke(_ user: UserID) -> RevokeGrant {
        let target: RevokeGrant.Target =
            random.happens(50)
            ? .grant(one(pool.grants, "grant")) : .credential(one(pool.credentials, "cred_none"))
        return RevokeGrant(
            target, reason: random.happens(30) ? .withdrawnAtProvider : nil,
            user: random.happens(20) ? user : nil)
    }

    private mutating func importGrant(_ user: UserID, _ now: Timestamp) -> ImportGrant {
        ImportGrant(
            user: user, toolkit: one(pool.toolkits, "gmail"), grant: one(pool.grants, "grant"),
            account: account(), label: label(30),
            connectedAt: random.happens(50) ? around(now) : nil,
            status: CredentialStatus.allCases.randomElement(using: &random))
    }
}
