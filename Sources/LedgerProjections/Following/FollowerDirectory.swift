internal import Foundation
package import LedgerDomain
package import LedgerStorage

/// A directory beside a ledger of something that follows its log, looked at by whoever does not
/// know what that is: the rows of one edition of a projection, or how far a reactor is.
package struct FollowerDirectory: Sendable {
    /// What follows the log.
    package enum Kind: String, Sendable, CaseIterable {
        /// The rows of a projection.
        case projection
        /// How far a reactor is.
        case reactor

        /// The directory that its directories are in.
        var folder: String { "\(rawValue)s" }

        /// The table in which it says what it is of, and how far.
        var meta: TableDefinition {
            self == .projection ? ProjectionTables.meta : ReactorStore.metaTable
        }
    }

    /// What rows say of themselves.
    package struct Stand: Sendable, Hashable {
        /// The last record that they contain.
        package let position: Position
        /// That record's own name; none where they contain nothing.
        package let id: EventID?
        /// Whether they were built from the ledger that they lie beside.
        package let isOfLedger: Bool
    }

    /// What it is.
    package let kind: Kind
    /// The name of the directory: that of the projection, and its version; that of the reactor.
    package let name: String
    /// Where it is.
    package let path: String

    /// The directories beside a ledger, in the order of their names.
    package static func all(_ kind: Kind, of ledger: String) -> [FollowerDirectory] {
        let parent = "\(ledger)/\(kind.folder)"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? []
        return names.sorted().map {
            FollowerDirectory(kind: kind, name: $0, path: "\(parent)/\($0)")
        }
    }

    /// Whether looking at the rows makes no file.
    package var opensWithoutMakingFiles: Bool {
        ["lock.mdb", "owner.lock"].allSatisfy {
            FileManager.default.fileExists(atPath: "\(path)/\($0)")
        }
    }

    /// What the rows say; none where they were not begun, or where this process has them open.
    ///
    /// - Parameter ledger: The ledger that they lie beside, by its own name.
    package func stand(beside ledger: String) throws(StorageError) -> Stand? {
        let files = FileManager.default
        let size = try? files.attributesOfItem(atPath: path + "/data.mdb")[.size] as? Int
        guard size ?? 0 > 0 else { return nil }
        let environment: Environment
        do {
            environment = try Environment.openWithRoom(
                at: path, tables: [kind.meta],
                options: EnvironmentOptions(mapSize: 1 << 36, access: .readOnly))
        } catch {
            if error.code == .alreadyOpen { return nil }
            throw error
        }
        defer { environment.close() }
        guard let meta = environment.table(kind.meta.name) else { return nil }
        let (about, checkpoint) = try environment.read { (snapshot) throws(StorageError) in
            let side = try snapshot.copy(of: ProjectionSide.liveKey, in: meta)
            let live = side.flatMap { ProjectionSide(byte: $0) } ?? .first
            return (
                try snapshot.copy(of: Array("about".utf8), in: meta),
                try snapshot.copy(of: ProjectionSide.checkpointKey(live), in: meta)
            )
        }
        guard let about else { return nil }
        return try stand(checkpoint, isOfLedger: about == self.about(ledger))
    }

    private func stand(_ checkpoint: [UInt8]?, isOfLedger: Bool) throws(StorageError) -> Stand {
        guard let found = checkpoint.map({ Checkpoint($0) }) ?? Checkpoint() else {
            throw StorageError(
                .corrupted, subject: path, message: "The checkpoint in \(path) is damaged.")
        }
        return Stand(position: found.position, id: found.id, isOfLedger: isOfLedger)
    }

    /// What rows of this name note of what they were built from.
    private func about(_ ledger: String) -> [UInt8] {
        var about = RowEncoder()
        guard kind == .projection else {
            about.append(name)
            about.append(ledger)
            return about.bytes
        }
        let parts = name.split(separator: ".v")
        about.append(parts.dropLast().joined(separator: ".v"))
        about.append(UInt64(parts.last ?? "") ?? 0)
        about.append(ledger)
        return about.bytes
    }
}
