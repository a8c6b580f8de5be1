package import LedgerDomain
internal import SwiftProtobuf

extension StateIssued: StoredEvent {
    package static var wireName: String { "state-issued.v1" }
    package static var field: Int { 16 }

    package init(_ content: EventContent) throws(FormatError) {
        let message: WireStateIssued = try parse(content.bytes)
        self = try message.event(content)
    }

    package func content() throws(FormatError) -> EventContent {
        EventContent(bytes: try serialize(WireStateIssued(self)), label: label)
    }

    package var event: Event { .stateIssued(self) }
}

extension GrantLinked: StoredEvent {
    package static var wireName: String { "grant-linked.v1" }
    package static var field: Int { 17 }

    package init(_ content: EventContent) throws(FormatError) {
        let message: WireGrantLinked = try parse(content.bytes)
        self = try message.event(content)
    }

    package func content() throws(FormatError) -> EventContent {
        EventContent(
            bytes: try serialize(WireGrantLinked(self)), email: account.email, name: account.name,
            label: label)
    }

    package var event: Event { .grantLinked(self) }
}

extension GrantExpired: StoredEvent {
    package static var wireName: String { "grant-expired.v1" }
    package static var field: Int { 18 }

    package init(_ content: EventContent) throws(FormatError) {
        let message: WireGrantExpired = try parse(content.bytes)
        self = try message.event()
    }

    package func content() throws(FormatError) -> EventContent {
        EventContent(bytes: try serialize(WireGrantExpired(self)))
    }

    package var event: Event { .grantExpired(self) }
}

extension GrantRevoked: StoredEvent {
    package static var wireName: String { "grant-revoked.v1" }
    package static var field: Int { 19 }

    package init(_ content: EventContent) throws(FormatError) {
        let message: WireGrantRevoked = try parse(content.bytes)
        self = try message.event()
    }

    package func content() throws(FormatError) -> EventContent {
        EventContent(bytes: try serialize(WireGrantRevoked(self)))
    }

    package var event: Event { .grantRevoked(self) }
}

extension LabelChanged: StoredEvent {
    package static var wireName: String { "label-changed.v1" }
    package static var field: Int { 20 }

    package init(_ content: EventContent) throws(FormatError) {
        let message: WireLabelChanged = try parse(content.bytes)
        self = try message.event(content)
    }

    package func content() throws(FormatError) -> EventContent {
        let message = WireLabelChanged.with { $0.credential = credential.text }
        return EventContent(bytes: try serialize(message), label: label)
    }

    package var event: Event { .labelChanged(self) }
}

extension AccountSelected: StoredEvent {
    package static var wireName: String { "account-selected.v1" }
    package static var field: Int { 21 }

    package init(_ content: EventContent) throws(FormatError) {
        let message: WireAccountSelected = try parse(content.bytes)
        self = try message.event()
    }

    package func content() throws(FormatError) -> EventContent {
        EventContent(bytes: try serialize(WireAccountSelected(self)))
    }

    package var event: Event { .accountSelected(self) }
}
