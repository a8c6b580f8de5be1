package import LedgerDomain
package import LedgerStorage

/// A request on its way through the journal, whatever it asks for.
package struct JournalEntry: Sendable {
    /// What handling a request came to.
    package struct Handled: Sendable {
        let last: LastRecord?
        let isUndone: Bool
        let answer: @Sendable () -> Void

        /// - Parameter answer: Tells who submitted the request, once it is durable.
        package init(
            last: LastRecord?, isUndone: Bool, answer: @escaping @Sendable () -> Void
        ) {
            self.last = last
            self.isUndone = isUndone
            self.answer = answer
        }
    }

    /// Decides the request and appends what it comes to; may be called several times.
    package typealias Handler =
        @Sendable (inout WriteTransaction) throws(JournalError) -> Handled

    let handle: Handler
    /// Tells who submitted the request that nothing was done.
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
