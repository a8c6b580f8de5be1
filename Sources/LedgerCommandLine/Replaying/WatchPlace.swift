internal import LedgerDomain

/// Where in a user's history somebody looks.
struct WatchPlace {
    private let places: [Position]
    private(set) var index = 0
    /// The digits of a position that is being typed.
    private(set) var typed = ""

    /// Begins with the first of the places, of which there is at least one.
    init(_ places: [Position]) {
        self.places = places
    }

    var count: Int { places.count }

    var position: Position { places[index] }

    /// Goes where the keys lead; answers whether to go on at all.
    mutating func follow(_ keys: [WatchKey]) -> Bool {
        for key in keys {
            switch key {
            case .quit: return false
            case .digit(let digit): if typed.count < 20 { typed += String(digit) }
            case .erase: typed = String(typed.dropLast())
            case .enter where !typed.isEmpty: jump()
            case .enter, .next: move(to: index + 1)
            case .back: move(to: index - 1)
            case .first: move(to: 0)
            case .last: move(to: places.count - 1)
            }
        }
        return true
    }

    private mutating func move(to index: Int) {
        typed = ""
        self.index = min(max(index, 0), places.count - 1)
    }

    /// Goes to the last record that is not past the position.
    private mutating func jump() {
        let wanted = Position(UInt64(typed) ?? .max)
        move(to: (places.firstIndex { $0 > wanted } ?? places.count) - 1)
    }
}
