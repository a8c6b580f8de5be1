internal import LedgerDomain
internal import SwiftProtobuf

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Sets a field that is present only where it has a value.
///
/// Inlined, a key path costs nothing; passed on, it is made anew at every call.
@inline(__always)
func set<M: Message, Value>(
    _ message: inout M, _ field: WritableKeyPath<M, Value>, _ value: Value?
) {
    if let value { message[keyPath: field] = value }
}

/// Refuses a message that a newer version has written more into.
func expectKnown(_ message: some Message, _ name: String) throws(FormatError) {
    guard message.unknownFields.data.isEmpty else { throw FormatError(.unknownField(in: name)) }
}

/// An identifier or a short text within its limits.
func text(_ value: String, _ field: String) throws(FormatError) -> String {
    guard let reason = Limits.violation(ofIdentifier: value) else { return value }
    throw FormatError(.invalidField(field, reason: reason))
}

/// A text that people wrote within its limits.
func personalText(
    _ value: String, _ field: String, _ length: ClosedRange<Int>
) throws(FormatError) -> String {
    guard let reason = Limits.violation(of: value, length) else { return value }
    throw FormatError(.invalidField(field, reason: reason))
}

/// An identifier that has to be there; an empty text is not written, so that it is none.
func required<Kind>(_ value: String, _ field: String) throws(FormatError) -> Identifier<Kind> {
    guard !value.isEmpty else { throw FormatError(.missingField(field)) }
    return Identifier(try text(value, field))
}

/// An identifier that may be absent.
func optional<Kind>(
    _ isPresent: Bool, _ value: String, _ field: String
) throws(FormatError) -> Identifier<Kind>? {
    isPresent ? Identifier(try text(value, field)) : nil
}

/// A time in the years 1 to 9999.
func time(_ value: Int64, _ field: String) throws(FormatError) -> Timestamp {
    let time = Timestamp(microsecondsSinceEpoch: value)
    guard time.isInRange else {
        throw FormatError(.invalidField(field, reason: "is not in the years 1 to 9999"))
    }
    return time
}

/// The digest of a state.
func stateDigest(_ bytes: Data) throws(FormatError) -> StateDigest {
    guard let digest = StateDigest(bytes: Array(bytes)) else {
        throw FormatError(.invalidField("state digest", reason: "is not 32 bytes"))
    }
    return digest
}

/// At most 64 scopes, each within its limits.
func checkedScopes(_ scopes: [String]) throws(FormatError) -> [String] {
    guard scopes.count <= Limits.scopes else {
        throw FormatError(.invalidField("scopes", reason: "has more than \(Limits.scopes) scopes"))
    }
    for scope in scopes { _ = try text(scope, "scopes") }
    return scopes
}
