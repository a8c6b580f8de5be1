package import LedgerDomain

/// Every version of every event that can be read, and those that are written.
package struct EventVersions: Sendable {
    private let forms: [Int: any StoredEvent.Type]
    private let written: (@Sendable (Event) -> any StoredEvent)?
    /// The fields whose event is the domain's own value, and is read without detours.
    let own: OwnFields

    /// Lists the versions.
    ///
    /// - Parameters:
    ///   - forms: All versions, each of a field of its own.
    ///   - latest: The event in the version that is written; the domain's own value if left out.
    package init(
        _ forms: [any StoredEvent.Type], latest: (@Sendable (Event) -> any StoredEvent)? = nil
    ) {
        self.forms = Dictionary(forms.map { ($0.field, $0) }) { first, _ in first }
        written = latest
        own = OwnFields(self.forms)
    }

    /// What this version of the package reads and writes.
    package static let current = EventVersions([
        StateIssued.self, GrantLinked.self, GrantExpired.self, GrantRevoked.self,
        LabelChanged.self, AccountSelected.self,
    ])

    /// The wire names by the fields that hold them.
    package var wireNames: [Int: String] { forms.mapValues { $0.wireName } }

    /// The version that a field holds.
    func form(in field: Int) -> (any StoredEvent.Type)? { forms[field] }

    /// The event as it is written.
    package func latest(_ event: Event) -> any StoredEvent {
        if let written { return written(event) }
        return switch event {
        case .stateIssued(let event): event
        case .grantLinked(let event): event
        case .grantExpired(let event): event
        case .grantRevoked(let event): event
        case .labelChanged(let event): event
        case .accountSelected(let event): event
        }
    }

    /// Whether every event is written as the domain's own value.
    var writesOwn: Bool { written == nil }
}

/// The fields of a record whose event is the domain's own value: one bit each, as looking at types
/// is slow.
struct OwnFields {
    private var bits: UInt64 = 0

    init(_ forms: [Int: any StoredEvent.Type]) {
        for (field, form) in forms where field < UInt64.bitWidth && Self.isOwn(form) {
            bits |= 1 << UInt64(field)
        }
    }

    func contains(_ field: Int) -> Bool { bits >> UInt64(field) & 1 == 1 }

    private static func isOwn(_ form: any StoredEvent.Type) -> Bool {
        form == StateIssued.self || form == GrantLinked.self || form == GrantExpired.self
            || form == GrantRevoked.self || form == LabelChanged.self
            || form == AccountSelected.self
    }
}
