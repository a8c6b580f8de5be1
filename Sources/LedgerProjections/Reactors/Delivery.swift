public import LedgerDomain

/// A record on its way to a reactor.
public struct Delivery: Sendable {
    /// The record.
    public let record: EventRecord
    /// Which attempt it is, from 1; those of earlier processes count.
    public let attempt: Int

    /// What is the same for all deliveries of a record, and for no other record.
    ///
    /// Send it along, as `Idempotency-Key` for instance, so that the receiver can tell repetitions.
    public var key: String { record.id.description }

    /// Describes a delivery, as tests of a reactor do.
    public init(_ record: EventRecord, attempt: Int = 1) {
        self.record = record
        self.attempt = attempt
    }
}

/// What a reactor throws when the usual retries are not the answer.
///
/// The reason is kept, logged and shown. Write down what kind of failure it was, and nothing of
/// the record; what is longer than 200 bytes is cut.
public enum DeliveryFailure: Error, Hashable, Sendable {
    /// Another attempt would not help: park the record now.
    case park(_ reason: String)
    /// Nothing can be delivered at all: stop before the record, and do not count the attempt.
    case stop(_ reason: String)
    /// Try again after a time of the receiver's choice, such as that of `Retry-After`; at most an
    /// hour, because all records behind it wait.
    case retry(_ reason: String, after: Duration)
}
