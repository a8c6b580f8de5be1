internal import LedgerDomain
package import LedgerProjections
package import LedgerStorage

extension Ledger {
    private var reactorsPath: String { "\(path)/reactors" }

    /// The names of the reactors that were ever opened on the ledger, in order.
    package var reactorNames: [String] {
        FollowerDirectory.all(.reactor, of: path).map(\.name).filter { !$0.hasPrefix(".") }
    }

    /// Opens what is kept of a reactor.
    ///
    /// - Parameters:
    ///   - name: Its name, which is valid.
    ///   - access: What for; `.create` makes what is absent.
    ///   - start: Where a reactor begins that is made.
    func reactorStore(
        _ name: String, _ access: EnvironmentOptions.Access, start: ReactorStart? = nil
    ) throws(ReactorError) -> ReactorStore {
        do { try requireOpen() } catch { throw ReactorError(.closed, error.message) }
        if access == .create {
            do { try DurableDirectory.make(reactorsPath) } catch {
                throw ReactorError(storage: error)
            }
        }
        return try ReactorStore(
            name, at: "\(reactorsPath)/\(name)", of: id, environment, access: access, start: start)
    }

    /// Opens what is kept of a reactor that was opened before, without its code.
    package func existingReactor(
        _ name: String, _ access: EnvironmentOptions.Access
    ) throws(ReactorError) -> ReactorStore {
        let names = reactorNames
        guard names.contains(where: { Array($0.utf8) == Array(name.utf8) }) else {
            let known =
                names.isEmpty ? "It has none." : "It has: \(names.joined(separator: ", "))."
            throw ReactorError(
                .unknownReactor, "The ledger in \(path) has no reactor of that name. \(known)")
        }
        return try reactorStore(name, access)
    }
}
