/// A record's place in the log: dense, from 1.
public struct Position: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The number; 0 stands before the first record and names none.
    public let number: UInt64

    /// Wraps a number.
    public init(_ number: UInt64) {
        self.number = number
    }

    /// The place before the first record: the head of an empty log.
    public static let start = Position(0)

    /// The place of the record that follows.
    public var next: Position { Position(number + 1) }

    /// The place so many records further on; the place itself where the number is negative.
    public func advanced(by count: Int) -> Position {
        let (sum, overflow) = number.addingReportingOverflow(UInt64(clamping: count))
        return Position(overflow ? .max : sum)
    }

    /// Orders by place.
    public static func < (left: Position, right: Position) -> Bool {
        left.number < right.number
    }

    /// The number.
    public var description: String { String(number) }
}

/// A user's version: the position of the user's last event, 0 for a user without events.
///
/// It moves only by events of that user, so a caller can state the version it has seen and be
/// refused when somebody else has changed that user since.
public struct UserVersion: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The position's number; 0 for a user without events.
    public let number: UInt64

    /// Wraps a number.
    public init(_ number: UInt64) {
        self.number = number
    }

    /// Takes the position of a user's last event.
    public init(_ position: Position) {
        self.number = position.number
    }

    /// Orders by number.
    public static func < (left: UserVersion, right: UserVersion) -> Bool {
        left.number < right.number
    }

    /// The number.
    public var description: String { String(number) }
}
