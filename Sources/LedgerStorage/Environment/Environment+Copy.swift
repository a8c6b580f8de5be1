internal import CLedgerLMDB
internal import Glibc

extension Environment {
    /// Copies one state of the environment into another directory, durably, while it is in use.
    ///
    /// The copy is of mode 0600 and appears under its name only when it is complete. While it is
    /// being made it counts as a reader. The directory gets mode 0700; one that holds anything but
    /// copies that were not finished is refused. One that was made goes where the copy fails.
    ///
    /// - Parameters:
    ///   - path: a directory; it is made if it does not exist.
    ///   - compact: whether to leave out free pages; slower, and fails on a file that lost pages.
    ///   - isPrepared: whether the caller keeps others out of the directory and has cleared it; it
    ///     may be in that of the environment then.
    package func copy(
        to path: String, compact: Bool = false, isPrepared: Bool = false
    ) throws(StorageError) {
        let place = try DirectoryPath.absolute(path)
        if !isPrepared { try refuseInside(place) }
        let (target, isNew) = try EnvironmentFiles.openDirectory(place, creating: true)
        defer { target.unlock() }
        do throws(StorageError) {
            if !isPrepared { try prepare(target) }
            try copy(into: target, compact: compact)
        } catch {
            // With a whole copy in it, it stays.
            if isNew { _ = unsafe rmdir(place) }
            throw error
        }
    }

    private func copy(into target: FileDescriptor, compact: Bool) throws(StorageError) {
        let name = ".\(EnvironmentFiles.data).\(try DurableFile.temporarySuffix())"
        let flags = O_WRONLY | O_CREAT | O_EXCL
        try refuseExisting(in: target)
        guard let file = try FileDescriptor(opening: name, in: target, flags) else {
            throw .systemCall("create a file in", on: target.path, ENOENT)
        }
        do throws(StorageError) {
            try copyPages(to: file, flags: UInt32(compact ? MDB_CP_COMPACT : 0))
            try file.synchronize()
            try publish(name, in: target)
        } catch {
            _ = unsafe unlinkat(target.number, name, 0)
            throw error
        }
        try target.synchronize()
        try EnvironmentFiles.synchronizeParent(of: target.path)
        _ = try DataFileHeader.examine(in: target)
    }

    /// Refuses a place in the directory of the environment: whoever copies or removes that would
    /// have the copy with it.
    package func refuseInside(_ place: String) throws(StorageError) {
        let ours = try directory.status()
        var place = DirectoryPath.split(try DirectoryPath.absolute(place)).parent
        var (here, above) = (stat(), stat())
        while unsafe stat(place, &here) == 0 {
            guard here.st_dev != ours.st_dev || here.st_ino != ours.st_ino else {
                throw StorageError(
                    .pathProblem, subject: place,
                    message: "\(place) is in the ledger that is copied. Name a place elsewhere.",
                    systemError: EINVAL)
            }
            place += "/.."
            let isRoot = unsafe stat(place, &above) != 0 || above.st_ino == here.st_ino
            if isRoot && above.st_dev == here.st_dev { return }
        }
    }

    /// Takes a directory for one copy: empty but for what was not finished, and for its owner only.
    private func prepare(_ target: FileDescriptor) throws(StorageError) {
        guard target.tryLock(LOCK_EX) else {
            throw StorageError(
                .heldExclusively(by: nil), subject: target.path,
                message: """
                    Another process is copying into \(target.path). Wait for it to end, or name \
                    another directory.
                    """)
        }
        let names = try EnvironmentFiles.names(in: target.path)
        if let name = names.filter({ !EnvironmentFiles.isUnfinished($0) }).min() {
            throw Self.occupied(target, by: name)
        }
        EnvironmentFiles.removeFiles(in: target)
        guard try target.status().st_mode & 0o777 != 0o700 else { return }
        guard fchmod(target.number, 0o700) == 0 else {
            throw .systemCall("set mode 0700 on", on: target.path, errno)
        }
    }

    private func copyPages(to file: FileDescriptor, flags: UInt32) throws(StorageError) {
        try enter(.read)
        defer { leave(.read) }
        guard let handle = unsafe handle else { throw reopenRequired() }
        // LMDB takes the writers' lock to copy the header, and would wait for this thread.
        guard !gate.isInside(.write) else {
            throw StorageError(
                .transactionInProgress, subject: path,
                message: "A copy of \(path) was asked for inside a write. End the write first.")
        }
        // LMDB reads with a slot of its own.
        parkedReaders.endAll()
        let code = unsafe mdb_env_copyfd2(handle, file.number, flags)
        guard code == 0 else { throw .lmdb(code, "copy \(path) to", on: file.path) }
    }

    private func refuseExisting(in target: FileDescriptor) throws(StorageError) {
        let names = [EnvironmentFiles.data, EnvironmentFiles.lock]
        for name in names where unsafe faccessat(target.number, name, F_OK, 0) == 0 {
            throw Self.occupied(target, by: name)
        }
    }

    private static func occupied(_ target: FileDescriptor, by name: String) -> StorageError {
        StorageError(
            .pathProblem, subject: target.path,
            message: """
                \(target.path) already holds \(name), and a copy replaces nothing. Name an empty \
                directory.
                """,
            systemError: EEXIST)
    }

    /// Gives the copy its name, unless another file has it; a link replaces nothing.
    private func publish(_ name: String, in target: FileDescriptor) throws(StorageError) {
        let final = EnvironmentFiles.data
        if unsafe linkat(target.number, name, target.number, final, 0) == 0 {
            _ = unsafe unlinkat(target.number, name, 0)
            return
        }
        // A file system without hard links: rename replaces, so look first.
        guard errno == EPERM || errno == EOPNOTSUPP else {
            throw .systemCall("name the copy in", on: target.path, errno)
        }
        try refuseExisting(in: target)
        guard unsafe renameat(target.number, name, target.number, final) == 0 else {
            throw .systemCall("name the copy in", on: target.path, errno)
        }
    }
}
