internal import Glibc
internal import Synchronization

/// The environments that this process has open.
///
/// LMDB lets a process open one environment twice, and then reads wrong data without an error.
enum EnvironmentRegistry {
    /// What a directory is, however it is spelled.
    struct Identity: Hashable, Sendable {
        let device: UInt64
        let file: UInt64
    }

    /// Holders by directory; an entry of another process was inherited through `fork` and is void.
    private static let open = Mutex<[Identity: pid_t]>([:])

    /// Enters a directory, or refuses one that is entered already.
    static func enter(_ directory: FileDescriptor) throws(StorageError) -> Identity {
        let status = try directory.status()
        let identity = Identity(device: UInt64(status.st_dev), file: UInt64(status.st_ino))
        let process = ProcessIdentity.current
        let isNew = open.withLock { open in
            guard open[identity] != process else { return false }
            open[identity] = process
            return true
        }
        guard isNew else {
            throw StorageError(
                .alreadyOpen,
                subject: directory.path,
                message: """
                    \(directory.path) is already open in this process. Use the environment that \
                    is open, or close it first.
                    """
            )
        }
        return identity
    }

    /// Whether this process has a directory open.
    static func isOpen(_ directory: FileDescriptor) -> Bool {
        guard let status = try? directory.status() else { return false }
        let identity = Identity(device: UInt64(status.st_dev), file: UInt64(status.st_ino))
        return open.withLock { $0[identity] == ProcessIdentity.current }
    }

    /// Removes a directory whose environment has been closed.
    static func leave(_ identity: Identity) {
        open.withLock { open in
            if open[identity] == ProcessIdentity.current { open[identity] = nil }
        }
    }
}
