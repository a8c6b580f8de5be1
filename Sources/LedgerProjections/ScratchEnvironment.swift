internal import Foundation
internal import LedgerJournal
internal import LedgerStorage

/// Environments beside the log, for what is built from it and can be built again.
///
/// Their files hold what users entered. Those that nobody goes on with have no name once they are
/// open: the system frees them with the process, however that ends.
enum ScratchEnvironment {
    /// Lends an empty environment.
    ///
    /// - Parameters:
    ///   - tables: The tables that it has.
    ///   - directory: Where the directory is made; the system's place for temporary files, which
    ///     the variable `TMPDIR` names, where left out.
    static func lend<R>(
        _ tables: [TableDefinition], in directory: String?,
        _ body: (Environment) throws(JournalError) -> R
    ) throws(JournalError) -> R {
        let path = newPath(in: directory)
        defer { remove(path) }
        let environment = try translated { () throws(StorageError) in
            try Environment.openWithRoom(
                at: path, tables: tables,
                options: EnvironmentOptions(
                    access: .create, exclusive: true, openWithoutDurability: true))
        }
        defer { environment.close() }
        remove(path)
        return try body(environment)
    }

    /// Lends an environment that an earlier call may have left, to one caller on the machine at a
    /// time; removes it where the body returns.
    ///
    /// - Parameters:
    ///   - tables: The tables that it has.
    ///   - directory: Where it is made, together with its lock, in a directory of mode 0700.
    ///   - work: What the body does, for others who want to; see `ProcessLock`.
    ///   - isNew: Whether what an earlier call has left is removed first.
    static func keep<R>(
        _ tables: [TableDefinition], in directory: String, for work: String, isNew: Bool,
        _ body: (Environment) throws(JournalError) -> R
    ) throws(JournalError) -> R {
        let path = directory + "/rows"
        let (lock, environment) = try translated { () throws(StorageError) in
            try DurableDirectory.make(directory)
            let lock = try ProcessLock.take(directory + "/lock", for: work)
            // A file that is cut short would end the process that reads it.
            if isNew || !Environment.hasWholeFile(at: path) { remove(path) }
            let options = EnvironmentOptions(access: .create, exclusive: true)
            do throws(StorageError) {
                return (
                    lock, try Environment.openWithRoom(at: path, tables: tables, options: options)
                )
            } catch {
                guard error.code == .corrupted || error.code == .notALedger else { throw error }
                remove(path)
                return (
                    lock, try Environment.openWithRoom(at: path, tables: tables, options: options)
                )
            }
        }
        defer { withExtendedLifetime(lock) { environment.close() } }
        let result = try body(environment)
        remove(path)
        return result
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
