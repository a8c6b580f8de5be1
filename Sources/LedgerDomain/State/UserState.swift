/// What the log says of one user: a fold over that user's events alone.
package struct UserState: Sendable {
    /// Where a credential is in the order, which never changes.
    private struct Place {
        let firstConnectedAt: Timestamp
        let createdAt: Position

        init(_ credential: Credential) {
            firstConnectedAt = credential.firstConnectedAt
            createdAt = credential.createdAt
        }
    }

    /// So many are looked through one by one.
    private static let few = 16

    /// The user.
    package let id: UserID
    /// The position of the user's last event, 0 without any.
    package var version: UserVersion
    /// The credentials ever made, in the order of first connection.
    package private(set) var credentials: [Credential]
    /// The stored choices.
    package private(set) var choices: [ToolkitID: CredentialID]
    /// The credentials' places, where there are more than few.
    private var places: [CredentialID: Place] = [:]

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
        if self.credentials.count > Self.few { notePlaces() }
    }

    /// The user's credential of that id.
    package func credential(_ id: CredentialID) -> Credential? {
        index(of: id).map { credentials[$0] }
    }

    private func index(of id: CredentialID) -> Int? {
        guard credentials.count > Self.few else { return credentials.firstIndex { $0.id == id } }
        guard let place = places[id] else { return nil }
        let index = index(behind: place) - 1
        return index >= 0 && credentials[index].id == id ? index : nil
    }

    /// How many credentials come before a place or are there.
    private func index(behind place: Place) -> Int {
        let wanted = (place.firstConnectedAt, place.createdAt)
        var (low, high) = (0, credentials.count)
        while low < high {
            // Mostly it is the last one.
            let middle = high == credentials.count ? high - 1 : low + (high - low) / 2
            let found = (credentials[middle].firstConnectedAt, credentials[middle].createdAt)
            if found <= wanted { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private mutating func notePlaces() {
        for index in credentials.indices {
            places[credentials[index].id] = Place(credentials[index])
        }
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
        var indexes: [ToolkitID: Int] = [:]
        func index(of toolkit: ToolkitID) -> Int {
            let known =
                all.count > Self.few
                ? indexes[toolkit] : all.firstIndex { $0.toolkit == toolkit }
            if let known { return known }
            all.append((toolkit, ToolkitAccounts()))
            if all.count == Self.few + 1 {
                for (index, entry) in all.enumerated() { indexes[entry.toolkit] = index }
            }
            if all.count > Self.few { indexes[toolkit] = all.count - 1 }
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
        guard index(of: new.id) == nil else {
            throw FoldError(record.position, .credentialExists)
        }
        if credentials.isEmpty { credentials.reserveCapacity(Self.usualCredentials) }
        credentials.insert(new, at: index(behind: Place(new)))
        if credentials.count == Self.few + 1 { notePlaces() }
        if credentials.count > Self.few { places[new.id] = Place(new) }
    }

    private mutating func change(_ record: EventRecord) throws(FoldError) {
        guard let id = record.event.credential, let index = index(of: id) else {
            throw FoldError(record.position, .unknownCredential)
        }
        try credentials[index].apply(record)
    }
}

extension UserState: Hashable {
    /// Compares what the log says, not how it is looked up.
    package static func == (left: Self, right: Self) -> Bool {
        left.id == right.id && left.version == right.version
            && left.credentials == right.credentials && left.choices == right.choices
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(id)
        hasher.combine(version)
        hasher.combine(credentials)
        hasher.combine(choices)
    }
}
