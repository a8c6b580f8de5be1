internal import CLedgerLMDB
internal import Glibc
internal import Synchronization

extension Environment {
    /// The version of the LMDB library in use, as it describes itself.
    package static var libraryVersion: String {
        unsafe String(cString: mdb_version(nil, nil, nil))
    }

    /// Refuses a library of another series; a failed opening with it can damage the lock file.
    static func checkLibrary() throws(StorageError) {
        var (major, minor, patch): (Int32, Int32, Int32) = (0, 0, 0)
        _ = unsafe mdb_version(&major, &minor, &patch)
        try checkLibrary(major: major, minor: minor, patch: patch)
    }

    static func checkLibrary(major: Int32, minor: Int32, patch: Int32) throws(StorageError) {
        guard major != 0 || minor != 9 else { return }
        throw StorageError(
            .libraryUnsupported(found: "\(major).\(minor).\(patch)"),
            subject: "liblmdb",
            message: """
                The LMDB library loaded is \(major).\(minor).\(patch), whose file format differs. \
                Install LMDB 0.9 and make the loader find it.
                """
        )
    }

    /// Opens the directory once it is known to hold, or to be allowed to get, an environment.
    static func openDirectory(
        _ path: String,
        _ options: EnvironmentOptions
    ) throws(StorageError) -> (FileDescriptor, isNew: Bool) {
        let creating = options.access == .create
        let (directory, isNew) = try EnvironmentFiles.openDirectory(path, creating: creating)
        if !options.allowUnsupportedFileSystem {
            try FileSystem.check(try options.fileSystemProbe(path), path: path)
        }
        if try examine(directory) == .absent {
            guard creating else { throw noLedger(path) }
            do {
                // Also where the directory was made by an attempt that failed later.
                try EnvironmentFiles.synchronizeParent(of: path)
            } catch {
                // Nobody can make a name durable in a directory that may not be read.
                guard error.code == .permissionDenied, !isNew else { throw error }
            }
        }
        return (directory, isNew)
    }

    static func noLedger(_ path: String) -> StorageError {
        StorageError(
            .notALedger,
            subject: path,
            message: """
                \(path) holds no ledger: \(EnvironmentFiles.data) is absent or empty. Nothing \
                was changed. Check the path, or create the ledger.
                """
        )
    }

    /// Examines the data file, with patience for a process that is just making it.
    private static func examine(
        _ directory: FileDescriptor
    ) throws(StorageError) -> DataFileHeader.Finding {
        for _ in 0..<20 {
            do {
                return try DataFileHeader.examine(in: directory)
            } catch {
                guard error.code == .corrupted else { throw error }
            }
            usleep(5_000)
        }
        return try DataFileHeader.examine(in: directory)
    }

    /// Opens LMDB's environment and the tables; nobody else may be inside the gate.
    func openHandle() throws(StorageError) {
        var created: OpaquePointer?
        let code = unsafe mdb_env_create(&created)
        guard code == 0, let created = unsafe created else {
            throw .lmdb(code, "prepare to open", on: path)
        }
        unsafe handle = created
        openings.add(1, ordering: .relaxed)
        do throws(StorageError) {
            try unsafe configure(created)
            try EnvironmentFiles.reserveLock(in: directory, readers: options.maxReaders)
            try check(unsafe mdb_env_open(created, path, openFlags, 0o600), "open")
            try unsafe protectDescriptor(created)
            try check(unsafe mdb_reader_check(created, nil), "check the readers of")
            if options.access != .readOnly { try directory.synchronize() }
            try unsafe openTables(created)
        } catch {
            closeHandle()
            throw error
        }
    }

    /// Closes LMDB's environment; nobody else may be inside the gate.
    func closeHandle() {
        guard let open = unsafe handle else { return }
        unsafe handle = nil
        parkedReaders.endAll()
        unsafe mdb_env_close(open)
    }

    private var openFlags: UInt32 {
        // Without NOTLS a thread could have one read transaction only.
        var flags = MDB_NOTLS
        if options.access == .readOnly { flags |= MDB_RDONLY }
        if options.openWithoutDurability { flags |= MDB_NOSYNC }
        return UInt32(flags)
    }

    func configure(_ created: OpaquePointer) throws(StorageError) {
        try check(unsafe mdb_env_set_mapsize(created, mapSize), "choose the map size of")
        let readers = UInt32(clamping: options.maxReaders)
        try check(unsafe mdb_env_set_maxreaders(created, readers), "choose the readers of")
        let tables = UInt32(max(definitions.count, 1))
        try check(unsafe mdb_env_set_maxdbs(created, tables), "choose the tables of")
    }

    /// LMDB 0.9.24 opens the data file without O_CLOEXEC, unlike its other descriptors.
    private func protectDescriptor(_ created: OpaquePointer) throws(StorageError) {
        var descriptor: mdb_filehandle_t = -1
        try check(unsafe mdb_env_get_fd(created, &descriptor), "find the descriptor of")
        let flags = fcntl(descriptor, F_GETFD)
        guard flags >= 0, fcntl(descriptor, F_SETFD, flags | FD_CLOEXEC) == 0 else {
            throw .systemCall("protect the descriptor of", on: path, errno)
        }
    }

    func check(_ code: Int32, _ action: String) throws(StorageError) {
        guard code == 0 else { throw .lmdb(code, action, on: path) }
    }
}
