internal import Glibc

extension StorageError {
    /// Describes a failed system call.
    ///
    /// - Parameters:
    ///   - call: what was attempted, in words that fit after "Could not".
    ///   - path: the file or directory it was attempted on.
    ///   - number: the `errno` it left.
    static func systemCall(_ call: String, on path: String, _ number: Int32) -> StorageError {
        let (code, advice) = classify(number)
        return StorageError(
            code,
            subject: path,
            message: "Could not \(call) \(path): \(describe(number)). \(advice)",
            systemError: number
        )
    }

    /// The operating system's own words for an error number.
    static func describe(_ number: Int32) -> String {
        guard let text = unsafe strerror(number) else { return "error \(number)" }
        return unsafe String(cString: text)
    }

    /// The code and the advice that belong to an error number.
    static func classify(_ number: Int32) -> (Code, String) {
        switch number {
        case ENOENT, ENOTDIR, ELOOP, EEXIST, EISDIR, ENAMETOOLONG:
            (.pathProblem, "Check the path.")
        case EACCES, EPERM:
            (.permissionDenied, "Check owner and mode of the directory and its files.")
        case EROFS:
            (.readOnly, "Open it read-only, or remount the file system for writing.")
        case ENOSPC, EDQUOT:
            (.diskFull, "Free space on the file system or raise the quota, then try again.")
        case ENOMEM:
            (.other(number), "Raise the limit of address space (ulimit -v).")
        case EMFILE, ENFILE:
            (.other(number), "Raise the limit of open files.")
        case EIO:
            (.inputOutput, "Check the kernel log for errors of the disk.")
        case EPIPE:
            (.other(number), "Its reader is gone; see why, and repeat the call.")
        case EBADF:
            (.other(number), "It is closed; start the program with it open.")
        default:
            (.other(number), "See errno(3).")
        }
    }
}
