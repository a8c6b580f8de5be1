internal import Glibc

/// An flock(2) on a file that bears the identifier of the process that holds it alone.
extension FileDescriptor {
    /// Takes the lock, or answers false at once where another descriptor has it.
    ///
    /// - Parameter kind: `LOCK_SH` or `LOCK_EX`.
    func tryLock(_ kind: Int32) -> Bool { retrying { flock(number, kind | LOCK_NB) } == 0 }

    /// Gives the lock back.
    ///
    /// A process that is just being started has a copy of the descriptor until its program runs;
    /// closing ours alone would leave the lock with it for that long.
    func unlock() { _ = flock(number, LOCK_UN) }

    /// Writes down who holds the lock, or that nobody does.
    func record(holder: pid_t?) throws(StorageError) {
        let length = try status().st_size
        guard holder != nil || length > 0 else { return }
        guard ftruncate(number, 0) == 0 else {
            throw .systemCall("write the process identifier to", on: path, errno)
        }
        if let holder { try write(Array("\(holder)\n".utf8)) }
    }

    /// The process that was written down; true only while somebody holds the lock alone.
    func recordedHolder() -> Int32? {
        guard let bytes = try? read(upTo: 16, at: 0) else { return nil }
        return Int32(String(decoding: bytes.prefix { $0 != 0x0A }, as: UTF8.self))
    }
}
