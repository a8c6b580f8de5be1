public import LedgerDomain

/// A place in the change feed, to go on from: what was delivered, and what was not.
///
/// Keep the place of the last change that was dealt with, or of a mark, and begin after it: what
/// follows is neither repeated nor left out, however long the pause was.
public struct ChangePlace: Hashable, Sendable {
    /// The record that the change is of.
    public var position: Position
    /// The change's number among those of its record, from 0; none for all of them.
    public var index: Int?
    /// The record's own name, where it is known.
    ///
    /// With it, a log that was restored from a backup and went on otherwise is told from the one
    /// that the place is of.
    public var id: EventID?

    /// The place before the first record.
    public static let beginning = ChangePlace(.start)

    /// Describes the place behind a record, or behind one of its changes.
    public init(_ position: Position, index: Int? = nil, id: EventID? = nil) {
        self.position = position
        self.index = index
        self.id = id
    }

    /// Whether the feed gives what is at this place before what is at the other.
    func isBefore(_ other: ChangePlace) -> Bool {
        (position, index ?? .max) < (other.position, other.index ?? .max)
    }
}

extension ChangePlace: CustomStringConvertible, LosslessStringConvertible {
    /// The position, a stop and the number of the change, where there is one: `42` or `42.0`.
    public var description: String {
        index.map { "\(position).\($0)" } ?? "\(position)"
    }

    /// Reads a description: a position, or a position and the number of a change.
    public init?(_ description: String) {
        let parts = description.split(separator: ".", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { part -> UInt64? in
            part.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
                ? UInt64(part) : nil
        }
        guard numbers.count == parts.count, (1...2).contains(numbers.count) else { return nil }
        self.init(Position(numbers[0]))
        guard numbers.count == 2 else { return }
        guard let index = Int(exactly: numbers[1]) else { return nil }
        self.index = index
    }
}

extension ChangePlace: Codable {
    private enum Key: String, CodingKey {
        case position, index, id
    }

    /// Reads the place, and refuses a name that is none.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        self.init(
            try values.decode(Position.self, forKey: .position),
            index: try values.decodeIfPresent(Int.self, forKey: .index))
        guard let text = try values.decodeIfPresent(String.self, forKey: .id) else { return }
        guard let id = EventID(text) else {
            throw DecodingError.dataCorruptedError(
                forKey: .id, in: values, debugDescription: "It is no name of a record.")
        }
        self.id = id
    }

    /// Writes the position as a number, and the name as a UUID.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Key.self)
        try values.encode(position, forKey: .position)
        try values.encodeIfPresent(index, forKey: .index)
        try values.encodeIfPresent(id?.description, forKey: .id)
    }
}
