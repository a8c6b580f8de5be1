package import LedgerDomain
internal import SwiftProtobuf

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// What a ledger says of itself.
package struct LedgerHeader: Hashable, Sendable {
    /// The format that this version reads and writes.
    package static let currentFormat = 1
    /// The length of a ledger's id in bytes.
    package static let idLength = 16

    /// A random name, told from those of all other ledgers; 16 bytes.
    package var ledgerID: [UInt8]
    package var createdAt: Timestamp
    /// Whether every command brings its own clock.
    package var isSimulated: Bool
    package var policy: Policy

    package init(ledgerID: [UInt8], createdAt: Timestamp, isSimulated: Bool, policy: Policy) {
        self.ledgerID = ledgerID
        self.createdAt = createdAt
        self.isSimulated = isSimulated
        self.policy = policy
    }

    package func encode() throws(FormatError) -> [UInt8] {
        try serialize(
            WireLedgerHeader.with { message in
                message.format = UInt32(Self.currentFormat)
                message.ledgerID = Data(ledgerID)
                message.createdAt = createdAt.microsecondsSinceEpoch
                message.simulatedClock = isSimulated
                message.policy = WirePolicy(policy)
            })
    }

    package init(decoding bytes: [UInt8]) throws(FormatError) {
        let message: WireLedgerHeader = try parse(bytes)
        // The format comes first: a newer one may have changed everything else.
        guard message.format <= Self.currentFormat else {
            throw FormatError(.newerFormat(found: Int(message.format)))
        }
        guard message.format > 0 else { throw FormatError(.missingField("format")) }
        try expectKnown(message, "header")
        try expectKnown(message.policy, "policy")
        guard message.ledgerID.count == Self.idLength else {
            throw FormatError(.invalidField("ledger_id", reason: "is not 16 bytes"))
        }
        self.init(
            ledgerID: Array(message.ledgerID), createdAt: try time(message.createdAt, "created_at"),
            isSimulated: message.simulatedClock, policy: message.policy.policy)
    }
}

extension WirePolicy {
    init(_ policy: Policy) {
        allowMultiple = policy.allowMultiple
        set(&self, \.accountLimit, policy.accountLimit.map { UInt32(clamping: $0) })
        sharedAccounts = policy.sharedAccounts
        duplicateLabels = policy.duplicateLabels
        requireChoice = policy.requireChoice
        refuseFallback = policy.refuseFallback
    }

    var policy: Policy {
        Policy(
            allowMultiple: allowMultiple, accountLimit: hasAccountLimit ? Int(accountLimit) : nil,
            sharedAccounts: sharedAccounts, duplicateLabels: duplicateLabels,
            requireChoice: requireChoice, refuseFallback: refuseFallback)
    }
}

/// How far the built-in views have applied the log, and by which versions.
package struct ViewCheckpoint: Hashable, Sendable {
    /// The versions that this package writes.
    package static let currentCredentialsVersion = 1
    package static let currentSelectionsVersion = 1

    /// The last position applied.
    package var position: Position
    package var credentialsVersion: Int
    package var selectionsVersion: Int

    package init(
        position: Position, credentialsVersion: Int = currentCredentialsVersion,
        selectionsVersion: Int = currentSelectionsVersion
    ) {
        self.position = position
        self.credentialsVersion = credentialsVersion
        self.selectionsVersion = selectionsVersion
    }

    /// Whether the views are such as this package writes.
    package var isOfThisVersion: Bool { self == ViewCheckpoint(position: position) }

    /// Every commit writes one, in one pass.
    package func encode() -> [UInt8] {
        var writer = CanonicalWriter()
        writer.checkpoint(self)
        return writer.bytes
    }

    package init(decoding bytes: [UInt8]) throws(FormatError) {
        let message: WireViewCheckpoint = try parse(bytes)
        try expectKnown(message, "checkpoint")
        self.init(
            position: Position(message.position),
            credentialsVersion: Int(message.credentialsVersion),
            selectionsVersion: Int(message.selectionsVersion))
    }
}
