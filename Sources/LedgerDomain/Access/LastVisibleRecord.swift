/// Finds the last of one user's records that narrowed access sees: they are put to it from the
/// last one back, until it knows.
package struct LastVisibleRecord {
    private let narrowing: Narrowing
    /// The last one that is seen, of those that were put to it.
    package private(set) var position: Position?
    /// Records of choices that are seen if the choice that they found was.
    private var endings: [ToolkitID: Position] = [:]

    package init(to narrowing: Narrowing) {
        self.narrowing = narrowing
    }

    /// Whether no record further back can be the one.
    package var isKnown: Bool { position != nil && endings.isEmpty }

    /// Takes in the next record back of a user who is admitted.
    ///
    /// - Parameter isSeen: Whether what the record is about is seen.
    package mutating func next(_ record: EventRecord, isSeen: Bool) {
        guard case .accountSelected(let event) = record.event else {
            if isSeen { note(record.position) }
            return
        }
        let ending = endings.removeValue(forKey: event.toolkit)
        if event.credential != nil, isSeen {
            note(record.position)
            if let ending { note(ending) }
        } else if position == nil, narrowing.admits(event.toolkit) {
            endings[event.toolkit] = record.position
        }
    }

    private mutating func note(_ found: Position) {
        let last = max(position ?? found, found)
        position = last
        endings = endings.filter { $0.value > last }
    }
}
