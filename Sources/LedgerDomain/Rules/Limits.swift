/// The sizes of fields, checked when a command is decided and again when a record is read.
package enum Limits {
    /// Identifiers and short texts, in bytes of UTF-8.
    package static let identifier = 1...255
    /// E-mail addresses and display names, in bytes of UTF-8.
    package static let personal = 0...320
    /// Labels, in bytes of UTF-8.
    package static let label = 1...200
    /// The most scopes of a grant.
    package static let scopes = 64
    /// How far ahead of the clock an event may be told to have happened, in seconds.
    package static let clockTolerance: Int64 = 300

    /// What is wrong with an identifier or a short text, none if nothing is.
    package static func violation(ofIdentifier text: String) -> String? {
        if let violation = violation(of: text, identifier) { return violation }
        // Most are plain ASCII, which is told without decoding.
        if isPrintableASCII(text.utf8.span) { return nil }
        return text.unicodeScalars.contains(where: isControl) ? "contains a control character" : nil
    }

    /// Whether the scalar is of the category Cc, whose members are fixed for all versions of
    /// Unicode.
    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
    }

    /// What is wrong with a text that people wrote: a label, an e-mail address or a name.
    ///
    /// It may have several lines; whoever shows it on a terminal has to make it harmless.
    package static func violation(of text: String, _ length: ClosedRange<Int>) -> String? {
        let count = text.utf8.count
        if count < length.lowerBound { return "is empty" }
        if count > length.upperBound {
            return "is longer than \(length.upperBound) bytes of UTF-8"
        }
        return contains(0, text.utf8.span) ? "contains a NUL character" : nil
    }

    // Bits instead of branches, so that the loops can take many bytes at a time.

    private static func isPrintableASCII(_ text: Span<UInt8>) -> Bool {
        var others: UInt8 = 0
        for index in text.indices {
            others |= 0x20...0x7E ~= text[index] ? 0 : 1
        }
        return others == 0
    }

    private static func contains(_ byte: UInt8, _ text: Span<UInt8>) -> Bool {
        var found: UInt8 = 0
        for index in text.indices { found |= text[index] == byte ? 1 : 0 }
        return found != 0
    }
}

extension Command {
    /// The first field that is outside its limits.
    func violation(at now: Timestamp) -> Refusal? {
        do {
            try FieldChecks(now: now).check(self)
            return nil
        } catch {
            return error
        }
    }
}

/// Checks fields one after the other.
private struct FieldChecks {
    let now: Timestamp

    func check(_ command: Command) throws(Refusal) {
        switch command.action {
        case .issueState(let action): try check(action)
        case .link(let action): try check(action)
        case .expire(let action): try check(action)
        case .report(let action):
            try check(action)
            if command.context.occurredAt == nil {
                throw .invalid(field: "occurredAt", reason: "is required")
            }
        case .revoke(let action): try check(action)
        case .relabel(let action):
            try check(label: action.label)
            try check("user", action.user)
        case .select(let action):
            try check("user", action.user)
            try check("toolkit", action.toolkit)
        case .importGrant(let action): try check(action)
        }
        try check(command.context)
    }

    private func check(_ context: CommandContext) throws(Refusal) {
        try check("actor.id", context.actor.id)
        if context.actor.id == nil, context.actor.kind != .application {
            throw .invalid(
                field: "actor.id", reason: "is required for kind \(context.actor.kind.rawValue)")
        }
        try check(past: "occurredAt", context.occurredAt)
        try check("idempotencyKey", context.idempotencyKey)
        try check("correlationID", context.correlationID)
        try check("causationID", context.causationID)
    }

    private func check(_ action: IssueState) throws(Refusal) {
        try check("user", action.user)
        try check("toolkit", action.toolkit)
        if let seconds = action.lifetimeSeconds,
            !(1...IssueState.maximumLifetimeSeconds).contains(seconds)
        {
            throw .invalid(
                field: "lifetimeSeconds", reason: "is not 1 to \(IssueState.maximumLifetimeSeconds)"
            )
        }
        if action.reconnect != nil, action.replace != nil {
            throw .invalid(field: "replace", reason: "excludes reconnect")
        }
        if let intent = action.reconnect.map({ _ in "reconnect" })
            ?? action.replace.map({ _ in "replace" })
        {
            try exclude("label", action.label, with: intent)
            try exclude("externalID", action.externalID?.text, with: intent)
            try exclude("member", action.member?.text, with: intent)
        }
        try check(label: action.label)
        try check("externalID", action.externalID)
        try check("member", action.member)
    }

    private func check(_ action: LinkGrant) throws(Refusal) {
        try check("grant", action.grant)
        try check(action.account)
        try check("toolkit", action.toolkit)
        try check("platform", action.platform)
        if let scopes = action.scopes {
            if scopes.count > Limits.scopes {
                throw .invalid(field: "scopes", reason: "has more than \(Limits.scopes) scopes")
            }
            for scope in scopes { try check("scopes", scope) }
        }
        try check(inRange: "validUntil", action.validUntil)
        try check(label: action.label)
    }

    private func check(_ action: ExpireGrant) throws(Refusal) {
        try check("grant", action.grant)
        try check("reason", action.reason)
        try check("notice", action.notice)
        try check("user", action.user)
    }

    private func check(_ action: ReportGrant) throws(Refusal) {
        try check("grant", action.grant)
        try check("notice", action.notice)
        try check("reason", action.reason)
        try check("user", action.user)
    }

    private func check(_ action: RevokeGrant) throws(Refusal) {
        if case .grant(let grant) = action.target { try check("grant", grant) }
        try check("reason", action.reason)
        try check("user", action.user)
    }

    private func check(_ action: ImportGrant) throws(Refusal) {
        try check("user", action.user)
        try check("toolkit", action.toolkit)
        try check("grant", action.grant)
        try check("platform", action.platform)
        try check(action.account)
        try check(label: action.label)
        try check("externalID", action.externalID)
        try check("member", action.member)
        try check(past: "connectedAt", action.connectedAt)
        try check("source", action.source)
    }

    private func check(_ account: ProviderAccount) throws(Refusal) {
        try check("provider", account.provider)
        try check("account.subject", account.subject)
        try check("account.email", personal: account.email, Limits.personal)
        try check("account.name", personal: account.name, Limits.personal)
    }

    private func check(label: String?) throws(Refusal) {
        try check("label", personal: label, Limits.label)
    }

    private func check<Kind>(_ field: String, _ identifier: Identifier<Kind>?) throws(Refusal) {
        try check(field, identifier?.text)
    }

    private func check(_ field: String, _ text: String?) throws(Refusal) {
        guard let text, let reason = Limits.violation(ofIdentifier: text) else { return }
        throw .invalid(field: field, reason: reason)
    }

    private func check(
        _ field: String, personal text: String?, _ length: ClosedRange<Int>
    ) throws(Refusal) {
        guard let text, let reason = Limits.violation(of: text, length) else { return }
        throw .invalid(field: field, reason: reason)
    }

    private func check(past field: String, _ time: Timestamp?) throws(Refusal) {
        try check(inRange: field, time)
        guard let time, time > now.adding(seconds: Limits.clockTolerance) else { return }
        throw .invalid(
            field: field, reason: "is more than five minutes ahead of the ledger's clock")
    }

    private func check(inRange field: String, _ time: Timestamp?) throws(Refusal) {
        guard let time, !time.isInRange else { return }
        throw .invalid(field: field, reason: "is not in the years 1 to 9999")
    }

    private func exclude(_ field: String, _ text: String?, with other: String) throws(Refusal) {
        guard text != nil else { return }
        throw .invalid(field: field, reason: "cannot be given together with \(other)")
    }
}
