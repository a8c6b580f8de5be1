internal import CLedgerLMDB
internal import Glibc

extension StorageError {
    /// Translates the return code of an LMDB function; the one place where these codes are read.
    ///
    /// - Parameters:
    ///   - number: an LMDB code (negative) or an `errno`.
    ///   - action: what was attempted, in words that fit after "Could not".
    ///   - subject: the path or table it was attempted on.
    static func lmdb(_ number: Int32, _ action: String, on subject: String) -> StorageError {
        if number == EAGAIN { return pidNamespace(action, on: subject) }
        guard number < 0 else { return systemCall(action, on: subject, number) }
        let (code, advice) = classifyLMDB(number, table: subject)
        let words = unsafe mdb_strerror(number).map { unsafe String(cString: $0) } ?? ""
        return StorageError(
            code,
            subject: subject,
            message: "Could not \(action) \(subject): \(words). \(advice)",
            lmdbError: number
        )
    }

    private static func classifyLMDB(_ number: Int32, table: String) -> (Code, String) {
        switch number {
        case MDB_MAP_FULL:
            (.mapFull, "Nothing was written; grow the map and repeat the transaction.")
        case MDB_READERS_FULL:
            (.readersFull, "End some of the processes or threads that are reading.")
        case MDB_TXN_FULL, MDB_CURSOR_FULL, MDB_PAGE_FULL:
            (.transactionTooLarge, "Nothing was written; split the work into smaller ones.")
        case MDB_PANIC:
            (.reopenRequired, "A commit failed earlier; reopen the environment.")
        case MDB_BAD_TXN:
            (.transactionFailed, "An earlier call of this transaction failed; see its error.")
        case MDB_CORRUPTED, MDB_PAGE_NOTFOUND, MDB_BAD_DBI:
            (.corrupted, "Stop writing, keep the file, and verify it or restore a backup.")
        case MDB_INVALID:
            (.notALedger, "The file is not an LMDB file; check the path.")
        case MDB_VERSION_MISMATCH:
            (.lmdbVersionUnsupported(found: 0), "Open it with the LMDB that wrote it.")
        case MDB_BAD_VALSIZE:
            (.keyLength(length: 0), "Check the length of key and value.")
        case MDB_INCOMPATIBLE:
            (.tableKindMismatch(name: table), "Check the definition of the table.")
        case MDB_NOTFOUND:
            (.missingTable(name: table), "Check that the file is a ledger of this version.")
        default:
            (.other(number), "See lmdb.h.")
        }
    }

    /// LMDB marks living processes by a lock on the byte at their process identifier; two
    /// processes with equal identifiers in different namespaces therefore collide.
    private static func pidNamespace(_ action: String, on subject: String) -> StorageError {
        StorageError(
            .unsupportedNamespace,
            subject: subject,
            message: """
                Could not \(action) \(subject): another process with the same process identifier \
                uses it. This happens when containers with separate PID namespaces share a volume; \
                run them in one PID namespace (--pid) or open the ledger from one of them only.
                """,
            systemError: EAGAIN
        )
    }
}
