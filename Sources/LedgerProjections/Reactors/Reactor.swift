public import LedgerDomain

/// Effects that records have outside the ledger: an e-mail that is sent, a webhook that is called.
///
/// Each record is delivered at least once, in the order of the log, and how far the reactor is
/// outlives the process. It is not a projection: nothing rebuilds it or asks it as of the past,
/// because that would repeat its effects, and the compiler refuses to hand it to what does.
public protocol Reactor: Sendable {
    /// What it is called: 1 to 64 of a-z, 0-9 and `-`.
    ///
    /// It names the directory that its checkpoint is kept in. Under another name it is another
    /// reactor, which begins anew.
    var name: String { get }
    /// The events that `react` is given.
    var handles: Set<EventKind> { get }
    /// The events that have no effect.
    ///
    /// Every kind has to be in one of the two sets. A version of the package that has a new kind
    /// thereby refuses to open the reactor until somebody has thought about it.
    var ignores: Set<EventKind> { get }

    /// Has the effect of a record, and returns once it has happened.
    ///
    /// What it throws is tried again, with growing pauses, and after the last attempt the record is
    /// parked and delivery goes on; `DeliveryFailure` says otherwise. It may be called again for an
    /// effect that happened, when the process ended before that was noted: let the receiver tell
    /// repetitions by `Delivery.key`. Limit its time; nothing else does.
    ///
    /// It is called for one record at a time, and its task is cancelled when delivery is.
    func react(to delivery: Delivery) async throws
}

extension Reactor {
    /// Refuses a definition that records cannot be delivered by.
    package func check() throws(ReactorError) {
        let problem =
            DefinitionCheck.problem(withName: name, of: "The reactor")
            ?? DefinitionCheck.problem(handling: handles, ignoring: ignores)
        guard let problem else { return }
        throw ReactorError(.invalidDefinition, "Reactor \(type(of: self)): \(problem)")
    }
}
