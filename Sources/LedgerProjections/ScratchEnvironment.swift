internal import Foundation
package import LedgerJournal
package import LedgerStorage

/// An environment for the time of one call, in a directory of its own that is removed afterwards.
///
/// Nothing in it survives a crash, and nothing has to: what is built in it is built from the log.
/// Its files hold what users entered, and so have no name once they are open: the system frees them
/// with the process, however that ends.
package enum ScratchEnvironment {
    /// Lends an empty environment with the derived tables.
    ///
    /// - Parameter directory: Where the directory is made; the system's place for temporary files,
    ///   which the variable `TMPDIR` names, where left out.
    package static func lend<R>(
        in directory: String? = nil, _ body: (Environment) throws(JournalError) -> R
    ) throws(JournalError) -> R {
        let path = newPath(in: directory)
        defer { remove(path) }
        let environment = try translated { () throws(StorageError) in
            try Environment.openWithRoom(
                at: path, tables: ViewTables.definitions,
                options: EnvironmentOptions(
                    access: .create, exclusive: true, openWithoutDurability: true))
        }
        defer { environment.close() }
        remove(path)
        return try body(environment)
    }

    /// A path at which nothing exists yet.
    ///
    /// - Parameter directory: Where it is; as for `lend`.
    static func newPath(in directory: String?) -> String {
        let parent = directory ?? FileManager.default.temporaryDirectory.path
        return parent + "/account-ledger-scratch-" + UUID().uuidString.lowercased()
    }

    /// Takes the names of an environment's files away, whether or not it is still open.
    static func remove(_ path: String) { try? FileManager.default.removeItem(atPath: path) }
}
