/// The body of a delivery whose signature was right.
///
/// Only checking a signature makes one, so that what is decoded from it is what the platform sent.
/// Bodies of files, which nobody signed, are decoded by functions whose name says `unverified`.
public struct VerifiedBody: Sendable {
    /// The body, decompressed where it was compressed.
    public let bytes: [UInt8]
    /// The delivery's id, where the scheme signs one.
    public let deliveryID: String?
    /// When the delivery was signed, where the scheme signs that.
    public let signedAt: Timestamp?

    init(_ bytes: [UInt8], deliveryID: String? = nil, signedAt: Timestamp? = nil) {
        self.bytes = bytes
        self.deliveryID = deliveryID
        self.signedAt = signedAt
    }
}
