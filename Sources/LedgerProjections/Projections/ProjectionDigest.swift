public import LedgerDomain

/// What the rows of a projection come to, in 32 bytes.
///
/// Rows of the same edition are equal, byte for byte, exactly when their digests at the same
/// position are: SHA-256 over every table in the order of the names, and in each every row in the
/// order of the keys. `schemas/README.md` has it byte for byte.
public struct ProjectionDigest: Hashable, Sendable, CustomStringConvertible {
    /// The last record that the rows contain.
    public let position: Position
    /// The 32 bytes.
    public let bytes: [UInt8]

    /// The bytes as 64 hexadecimal digits.
    public var description: String { bytes.lowercaseHexadecimal }
}
