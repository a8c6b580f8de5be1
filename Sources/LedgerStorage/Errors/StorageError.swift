internal import Glibc

/// A failure of the storage layer: what failed, on what, and what to do about it.
///
/// Two errors are equal when their code and their context are; the message is for people and
/// may be reworded.
package struct StorageError: Error, Sendable, Equatable {
    /// What went wrong, as a program would distinguish it.
    package let code: Code
    /// The file, directory or table concerned.
    package let subject: String
    /// The `errno` of the system call that failed, where one did.
    package let systemError: Int32?
    /// The return code of the LMDB function that failed, where one did and it was not an `errno`.
    package let lmdbError: Int32?
    /// One or two sentences for the operator: what failed, on what, what to do.
    package let message: String

    /// Describes a failure.
    package init(
        _ code: Code,
        subject: String,
        message: String,
        systemError: Int32? = nil,
        lmdbError: Int32? = nil
    ) {
        self.code = code
        self.subject = subject
        self.message = message
        self.systemError = systemError
        self.lmdbError = lmdbError
    }

    /// Whether the system would not map so much memory at once.
    ///
    /// Valgrind, which keeps most of the address space for itself, calls the size invalid.
    package var isOutOfAddressSpace: Bool { systemError == ENOMEM || systemError == EINVAL }

    /// Whether the reader of a pipe is gone that was written to.
    package var isClosedPipe: Bool { systemError == EPIPE }

    /// Compares code and context, not the wording.
    package static func == (left: StorageError, right: StorageError) -> Bool {
        left.code == right.code && left.subject == right.subject
            && left.systemError == right.systemError && left.lmdbError == right.lmdbError
    }
}

extension StorageError {
    /// What went wrong, as a program would distinguish it.
    package enum Code: Sendable, Hashable {
        /// The file is not an LMDB file, or belongs to something else.
        case notALedger
        /// The file was written by an LMDB with another file format, such as LMDB 1.0.
        case lmdbVersionUnsupported(found: UInt32)
        /// The LMDB library loaded at run time is not of the 0.9 series.
        case libraryUnsupported(found: String)
        /// The path is missing, not a directory, a symbolic link, or otherwise not usable.
        case pathProblem
        /// The operating system refused access.
        case permissionDenied
        /// A write was asked of an environment or a file system that is read-only.
        case readOnly
        /// The disk or the quota is full, or free space is below the configured reserve.
        case diskFull
        /// The file system cannot keep LMDB's promises: a network or user-space file system.
        case unsupportedFileSystem(name: String)
        /// The same environment is already open in this process.
        case alreadyOpen
        /// Another process holds the environment in a way that excludes this one.
        ///
        /// The process is known only where the holder is exclusive.
        case heldExclusively(by: Int32?)
        /// The memory map is too small for what was to be written; nothing was written.
        case mapFull
        /// Every slot of the reader table is in use by a living process.
        case readersFull
        /// The value is longer than the limit.
        case valueTooLarge(length: Int)
        /// The key is empty or longer than the limit.
        case keyLength(length: Int)
        /// An appended key was not greater than the last key of the table.
        case keyOrder
        /// The transaction has changed more pages than LMDB can track; nothing was written.
        case transactionTooLarge
        /// An earlier call of the same transaction failed, and it can only end without effect.
        case transactionFailed
        /// A page or a record of the file is not what it must be.
        case corrupted
        /// A commit may or may not be on the disk: reopen the environment and look.
        case outcomeUnknown
        /// An earlier commit failed in a way that LMDB only recovers from by reopening.
        case reopenRequired
        /// The operating system failed to read or write.
        case inputOutput
        /// The environment was opened by another process and inherited through `fork`.
        case forked
        /// The environment has been closed.
        case closed
        /// The calling thread is inside a transaction of this environment that excludes this.
        case transactionInProgress
        /// Process identifiers collide, as between containers that share a volume.
        case unsupportedNamespace
        /// The environment lacks a table.
        case missingTable(name: String)
        /// A table is of another kind than the operation or its definition demands.
        case tableKindMismatch(name: String)
        /// Any other failure, by its LMDB code or `errno`.
        case other(Int32)
    }
}

extension StorageError: CustomStringConvertible {
    /// The message, as it is to be shown.
    package var description: String { message }
}
