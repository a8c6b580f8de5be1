internal import Glibc

extension Environment {
    /// The directory inside that of the environment in which a compacted copy is made.
    private var compacting: String { "\(path)/compacting" }

    /// Puts a copy without free pages in the place of the data file.
    ///
    /// The environment has to keep all others out, so that nobody reads or writes the old file. It
    /// is replaced by its name: whatever ends the process leaves the old file or the new one. Its
    /// tables stay valid. The new file has the owner, the group and the mode of the old one.
    ///
    /// - Parameter check: Is given the directory of the copy; where it throws, nothing has changed.
    package func compact<E: StorageFailure>(
        check: (String) throws(E) -> Void
    ) throws(E) {
        do throws(StorageError) {
            try requireExclusive()
            try removeCompacting()
            try copy(to: compacting, compact: true, isPrepared: true)
            try matchOwner()
        } catch {
            try? removeCompacting()
            throw E(storage: error)
        }
        do throws(E) {
            try check(compacting)
            do { try takeCompacted() } catch { throw E(storage: error) }
        } catch {
            try? removeCompacting()
            throw error
        }
        try? removeCompacting()
    }

    private func requireExclusive() throws(StorageError) {
        guard options.exclusive, isWritable else {
            throw StorageError(
                .readOnly, subject: path,
                message: "\(path) is not held alone for writing. Open it so.")
        }
    }

    /// Gives the copy the owner, the group and the mode of the file that it is to replace.
    ///
    /// Whoever compacts need not be whom the ledger belongs to, and that one goes on using it.
    private func matchOwner() throws(StorageError) {
        let data = EnvironmentFiles.data
        var old = stat()
        guard unsafe fstatat(directory.number, data, &old, AT_SYMLINK_NOFOLLOW) == 0 else {
            throw .systemCall("examine", on: "\(path)/\(data)", errno)
        }
        let copy = try FileDescriptor(opening: "\(compacting)/\(data)", O_RDONLY | O_NOFOLLOW)
        let new = try copy.status()
        if new.st_uid != old.st_uid || new.st_gid != old.st_gid {
            guard fchown(copy.number, old.st_uid, old.st_gid) == 0 else {
                throw .systemCall("give the ledger's owner and group to", on: copy.path, errno)
            }
        }
        guard fchmod(copy.number, old.st_mode & 0o7777) == 0 else {
            throw .systemCall("give the ledger's mode to", on: copy.path, errno)
        }
        try copy.synchronize()
    }

    private func takeCompacted() throws(StorageError) {
        try exclusively { () throws(StorageError) in
            closeHandle()
            // Not a link nor a copy: the name is of the old file, then of the new one.
            let code = unsafe rename(
                "\(compacting)/\(EnvironmentFiles.data)", "\(path)/\(EnvironmentFiles.data)")
            let failure = errno
            var notDurable: StorageError?
            if code == 0 {
                do throws(StorageError) { try directory.synchronize() } catch { notDurable = error }
            }
            try openHandle()
            guard code == 0 else { throw .systemCall("replace", on: path, failure) }
            if let notDurable { throw notDurable }
        }
    }

    /// Removes what an attempt has left.
    private func removeCompacting() throws(StorageError) {
        let name = "compacting"
        let flags = O_RDONLY | O_DIRECTORY
        guard let left = try FileDescriptor(opening: name, in: directory, flags) else { return }
        EnvironmentFiles.removeFiles(in: left)
        guard unsafe unlinkat(directory.number, name, AT_REMOVEDIR) == 0 else {
            throw .systemCall("remove", on: left.path, errno)
        }
    }
}
