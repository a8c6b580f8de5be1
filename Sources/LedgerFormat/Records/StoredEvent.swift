package import LedgerDomain

/// An event as one wire name has it: all that its bytes say, and what that means today.
///
/// The latest version of an event is the domain's own value. An earlier one is a value of its own
/// that is never changed again; `event` is its upcast. Bytes are read and checked as the version
/// that wrote them, so that a record stays readable, canonical and hashed as it is, whatever the
/// domain has become since. `schemas/README.md` says how to add one.
package protocol StoredEvent: Sendable {
    /// The name on the wire, chosen by hand.
    static var wireName: String { get }
    /// The field of `Record` in `schemas/events.proto` that holds the event.
    static var field: Int { get }

    /// Reads what a record holds; whatever this version does not know is an error.
    init(_ content: EventContent) throws(FormatError)
    /// What a record holds, so that reading it gives the same value.
    func content() throws(FormatError) -> EventContent
    /// The event as today's rules and projections know it.
    ///
    /// Pure: no clock, no randomness, nothing but what was stored. A replay would else not be one.
    var event: Event { get }
}

/// What a record holds of its event.
package struct EventContent: Hashable, Sendable {
    /// The event's message, without the tag and the length before it.
    package var bytes: [UInt8]
    /// The personal fields, which a record keeps together.
    package var email: String?
    package var name: String?
    package var label: String?

    package init(
        bytes: [UInt8], email: String? = nil, name: String? = nil, label: String? = nil
    ) {
        self.bytes = bytes
        self.email = email
        self.name = name
        self.label = label
    }
}
