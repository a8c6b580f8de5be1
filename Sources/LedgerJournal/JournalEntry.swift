package import LedgerDomain
package import LedgerStorage

/// A request on its way through the journal, whatever it asks for.
package struct JournalEntry: Sendable {
    /// What becomes of what a request changed.
    package enum Effect: Sendable, Hashable {
        /// It is kept; `last` is the last record that the request appended, if it appended any.
        case kept(last: LastRecord?)
        /// It is undone; the request is answered all the same.
        case undone
    }

    /// What handling a request came to.
    package struct Handled: Sendable {
        let effect: Effect
        let answer: @Sendable () -> Void

        /// - Parameter answer: Tells who submitted the request, once it is durable.
        package init(_ effect: Effect, answer: @escaping @Sendable () -> Void) {
            self.effect = effect
            self.answer = answer
        }

        /// The last record that is kept of the request.
        var last: LastRecord? {
            guard case .kept(let last) = effect else { return nil }
            return last
        }
    }

    /// Decides the request and appends what it comes to; may be called several times.
    package typealias Handler =
        @Sendable (inout WriteTransaction) throws(JournalError) -> Handled

    let handle: Handler
    /// Tells who submitted the request that it failed: nothing was done, unless the error is that
    /// the outcome is unknown.
    package let fail: @Sendable (JournalError) -> Void

    package init(
        handle: @escaping Handler, fail: @escaping @Sendable (JournalError) -> Void
    ) {
        self.handle = handle
        self.fail = fail
    }
}

/// A record by which a commit of unknown outcome is recognized.
package struct LastRecord: Sendable, Hashable {
    package let position: Position
    package let id: EventID

    package init(position: Position, id: EventID) {
        self.position = position
        self.id = id
    }
}
