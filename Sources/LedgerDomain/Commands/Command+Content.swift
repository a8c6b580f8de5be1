extension Command.Action {
    /// The fields that were given, in the order of their numbers, each as bytes that no other
    /// value has.
    ///
    /// Two commands are the same when these are equal: everything but now, actor, occurred-at,
    /// correlation, causation, expected version and idempotency key.
    package var content: [(field: CommandField, bytes: [UInt8])] {
        var content = CommandContent()
        content.add(.command, name)
        switch self {
        case .issueState(let command): content.add(command)
        case .link(let command): content.add(command)
        case .expire(let command): content.add(command)
        case .report(let command): content.add(command)
        case .revoke(let command): content.add(command)
        case .relabel(let command): content.add(command)
        case .select(let command): content.add(command)
        case .importGrant(let command): content.add(command)
        }
        return content.fields.sorted { $0.field.rawValue < $1.field.rawValue }
    }
}

/// Collects the fields of a command.
private struct CommandContent {
    var fields: [(field: CommandField, bytes: [UInt8])] = []

    mutating func add(_ field: CommandField, _ text: String?) {
        guard let text else { return }
        fields.append((field, Array(text.utf8)))
    }

    mutating func add<Kind>(_ field: CommandField, _ identifier: Identifier<Kind>?) {
        add(field, identifier?.text)
    }

    mutating func add(_ field: CommandField, _ time: Timestamp?) {
        add(field, time.map { String($0.microsecondsSinceEpoch) })
    }

    mutating func add(_ account: ProviderAccount) {
        add(.provider, account.provider)
        add(.subject, account.subject)
        add(.email, account.email)
        add(.accountName, account.name)
    }

    mutating func add(_ command: IssueState) {
        add(.user, command.user)
        add(.toolkit, command.toolkit)
        add(.lifetimeSeconds, command.lifetimeSeconds.map { String($0) })
        add(.allowMultiple, command.allowMultiple.map { String($0) })
        add(.reconnect, command.reconnect)
        add(.replace, command.replace)
        add(.label, command.label)
        add(.externalID, command.externalID)
        add(.member, command.member)
    }

    mutating func add(_ command: LinkGrant) {
        fields.append((.state, command.state.bytes))
        add(.grant, command.grant)
        add(command.account)
        add(.toolkit, command.toolkit)
        add(.platform, command.platform)
        // Scopes hold no control characters, so a line feed keeps two lists of scopes apart.
        add(.scopes, command.scopes.map { $0.map { $0 + "\n" }.joined() })
        add(.validUntil, command.validUntil)
        add(.label, command.label)
    }

    mutating func add(_ command: ExpireGrant) {
        add(.user, command.user)
        add(.grant, command.grant)
        add(.reason, command.reason)
        add(.notice, command.notice)
    }

    mutating func add(_ command: ReportGrant) {
        add(.user, command.user)
        add(.grant, command.grant)
        add(.status, command.status.rawValue)
        add(.reason, command.reason)
        add(.notice, command.notice)
    }

    mutating func add(_ command: RevokeGrant) {
        switch command.target {
        case .credential(let credential): add(.credential, credential)
        case .grant(let grant): add(.grant, grant)
        }
        add(.user, command.user)
        add(.reason, command.reason)
    }

    mutating func add(_ command: Relabel) {
        add(.user, command.user)
        add(.credential, command.credential)
        add(.label, command.label)
    }

    mutating func add(_ command: SelectAccount) {
        add(.user, command.user)
        add(.toolkit, command.toolkit)
        add(.credential, command.credential)
    }

    mutating func add(_ command: ImportGrant) {
        add(.user, command.user)
        add(.toolkit, command.toolkit)
        add(.grant, command.grant)
        add(command.account)
        add(.label, command.label)
        add(.externalID, command.externalID)
        add(.member, command.member)
        add(.connectedAt, command.connectedAt)
        add(.status, command.status?.rawValue)
        add(.platform, command.platform)
        add(.source, command.source)
    }
}
