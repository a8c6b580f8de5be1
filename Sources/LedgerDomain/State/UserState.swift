/// What the log says of one user: a fold over that user's events alone.
package struct UserState: Hashable, Sendable {
    /// The user.
    package let id: UserID
    /// The position of the user's last event, 0 without any.
    package var version: UserVersion
    /// The credentials ever made, in the order of first connection.
    package private(set) var credentials: [Credential]
    /// The stored choices.
    package private(set) var choices: [ToolkitID: CredentialID]

    /// A user without events.
    package init(id: UserID) {
        self.init(id: id, version: UserVersion(0), credentials: [], choices: [:])
    }

    /// A user as stored; the credentials may come in any order.
    package init(
        id: UserID, version: UserVersion, credentials: [Credential],
        choices: [ToolkitID: CredentialID]
    ) {
        self.id = id
        self.version = version
        self.credentials = credentials.sorted(by: Credential.isOrderedBefore)
        self.choices = choices
    }

    /// The user's credential of that id.
    package func credential(_ id: CredentialID) -> Credential? {
        credentials.first { $0.id == id }
    }

    /// The live credentials of a toolkit, in the order of first connection.
    package func live(_ toolkit: ToolkitID) -> [Credential] {
        credentials.filter { $0.isLive && $0.toolkit == toolkit }
    }

    /// What a selection for the toolkit depends on.
    package func toolkitAccounts(_ toolkit: ToolkitID) -> ToolkitAccounts {
        ToolkitAccounts(
            live: live(toolkit).map { .init(credential: $0.id, isUsable: $0.isUsable) },
            choice: choices[toolkit])
    }

    /// What the selections depend on, for each toolkit with a live credential or a stored choice,
    /// in the order of the toolkits' bytes.
    package var toolkitAccounts: [(toolkit: ToolkitID, accounts: ToolkitAccounts)] {
        var all: [(toolkit: ToolkitID, accounts: ToolkitAccounts)] = []
        func index(of toolkit: ToolkitID) -> Int {
            if let index = all.firstIndex(where: { $0.toolkit == toolkit }) { return index }
            all.append((toolkit, ToolkitAccounts()))
            return all.count - 1
        }
        // By index: a credential has many texts, each of which a copy would count.
        for place in credentials.indices where credentials[place].isLive {
            let account = ToolkitAccounts.Account(
                credential: credentials[place].id, isUsable: credentials[place].isUsable)
            all[index(of: credentials[place].toolkit)].accounts.live.append(account)
        }
        for (toolkit, choice) in choices { all[index(of: toolkit)].accounts.choice = choice }
        if all.count > 1 { all.sort { $0.toolkit < $1.toolkit } }
        return all
    }

    /// The toolkits with a live credential or a stored choice, in order of their bytes.
    package var toolkits: [ToolkitID] {
        Set(credentials.filter(\.isLive).map(\.toolkit)).union(choices.keys).sorted()
    }
}

extension UserState {
    /// Takes one more of the user's events in.
    ///
    /// - Throws: `FoldError` when the event cannot follow on what came before: the log is broken.
    package mutating func apply(_ record: EventRecord) throws(FoldError) {
        guard record.user == id, UserVersion(record.position) > version else {
            throw FoldError(record.position, .outOfOrder)
        }
        switch record.event {
        case .stateIssued: break
        case .accountSelected(let event):
            if let id = event.credential, credential(id)?.toolkit != event.toolkit {
                throw FoldError(record.position, .unknownCredential)
            }
            choices[event.toolkit] = event.credential
        case .grantLinked(let event) where event.kind == .connected:
            try add(record.credential(made: event), record)
        case .grantLinked, .grantExpired, .grantRevoked, .labelChanged:
            try change(record)
        }
        version = UserVersion(record.position)
    }

    /// Most users have no more, and room for theirs is made once.
    private static var usualCredentials: Int { 4 }

    private mutating func add(_ new: Credential, _ record: EventRecord) throws(FoldError) {
        guard !credentials.contains(where: { $0.id == new.id }) else {
            throw FoldError(record.position, .credentialExists)
        }
        if credentials.isEmpty { credentials.reserveCapacity(Self.usualCredentials) }
        let place = credentials.lastIndex { Credential.isOrderedBefore($0, new) }
        credentials.insert(new, at: place.map { $0 + 1 } ?? 0)
    }

    private mutating func change(_ record: EventRecord) throws(FoldError) {
        let id = record.event.credential
        guard let index = credentials.firstIndex(where: { $0.id == id }) else {
            throw FoldError(record.position, .unknownCredential)
        }
        try credentials[index].apply(record)
    }
}
