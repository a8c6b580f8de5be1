package import LedgerDomain

/// Every version of every event that can be read, and those that are written.
package struct EventVersions: Sendable {
    private let forms: [Int: any StoredEvent.Type]
    private let latest: @Sendable (Event) -> any StoredEvent

    /// Lists the versions.
    ///
    /// - Parameters:
    ///   - forms: All versions, each of a field of its own.
    ///   - latest: The event in the version that is written.
    package init(
        _ forms: [any StoredEvent.Type], latest: @escaping @Sendable (Event) -> any StoredEvent
    ) {
        self.forms = Dictionary(forms.map { ($0.field, $0) }) { first, _ in first }
        self.latest = latest
    }

    /// What this version of the package reads and writes.
    package static let current = EventVersions([
        StateIssued.self, GrantLinked.self, GrantExpired.self, GrantRevoked.self,
        LabelChanged.self, AccountSelected.self,
    ]) { event in
        switch event {
        case .stateIssued(let event): event
        case .grantLinked(let event): event
        case .grantExpired(let event): event
        case .grantRevoked(let event): event
        case .labelChanged(let event): event
        case .accountSelected(let event): event
        }
    }

    /// The wire names by the fields that hold them.
    package var wireNames: [Int: String] { forms.mapValues { $0.wireName } }

    /// The version that a field holds.
    func form(in field: Int) -> (any StoredEvent.Type)? { forms[field] }

    /// The event as it is written.
    package func latest(_ event: Event) -> any StoredEvent { latest(event) }
}
