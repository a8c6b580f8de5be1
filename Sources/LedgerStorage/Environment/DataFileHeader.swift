internal import Glibc

/// The first bytes of a data file, read before LMDB maps it.
///
/// LMDB trusts its files: one in another format is to be refused by us, by name, before LMDB has
/// written to the lock file beside it.
///
///     offset  0        8     10    12         16     20       24       32       40
///             page no. pad   flags lower/upper magic  version  address  map size page size
///             u64      u16   u16   2 x u16     u32    u32      u64      u64      u32
///
/// LMDB 1.0 and 32-bit builds have page headers of other lengths, and the magic elsewhere.
enum DataFileHeader {
    /// What a data file turns out to be.
    enum Finding: Equatable {
        /// There is none, or it is empty: a new environment begins so.
        case absent
        /// A data file that LMDB 0.9 can open.
        case usable
    }

    private static let magic: UInt32 = 0xBEEF_C0DE
    private static let supportedVersion: UInt32 = 1
    private static let magicOffset = 16
    private static let newLayoutMagicOffset = 24
    private static let narrowLayoutMagicOffset = 12
    private static let metaPageFlag: UInt32 = 0x08
    static let length = 44

    /// Examines the data file of a directory without writing anything.
    static func examine(in directory: FileDescriptor) throws(StorageError) -> Finding {
        let path = "\(directory.path)/\(EnvironmentFiles.data)"
        // A pipe in its place would make the opening wait for a writer.
        let flags = O_RDONLY | O_NONBLOCK
        guard let file = try FileDescriptor(opening: EnvironmentFiles.data, in: directory, flags)
        else { return .absent }
        let status = try file.status()
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw refusal(path, "is not a regular file")
        }
        if status.st_size == 0 { return .absent }
        let bytes = try file.read(upTo: length, at: 0)
        let pageSize = try check(bytes, path)
        // Two meta pages are written in one go when a file is made.
        guard Int(status.st_size) >= 2 * pageSize else { throw truncated(path, status.st_size) }
        let second = try file.read(upTo: length, at: pageSize)
        _ = try check(second, path)
        return .usable
    }

    /// Checks the head of a meta page.
    ///
    /// - Returns: the page size that the file was made with.
    static func check(_ bytes: [UInt8], _ path: String) throws(StorageError) -> Int {
        guard bytes.count == length else { throw truncated(path, bytes.count) }
        if number(bytes, at: newLayoutMagicOffset) == magic {
            throw unsupported(path, number(bytes, at: newLayoutMagicOffset + 4))
        }
        if number(bytes, at: narrowLayoutMagicOffset) == magic {
            throw refusal(path, "was written by a 32-bit LMDB")
        }
        guard number(bytes, at: magicOffset) == magic else {
            if number(bytes, at: magicOffset).byteSwapped == magic {
                throw refusal(path, "was written on a machine of the other byte order")
            }
            throw refusal(path, "is not an LMDB file")
        }
        let version = number(bytes, at: magicOffset + 4)
        guard version == supportedVersion else { throw unsupported(path, version) }
        let pageSize = Int(number(bytes, at: 40))
        let isPlausible = pageSize >= 512 && pageSize <= 65_536 && pageSize.nonzeroBitCount == 1
        guard number(bytes, at: 8) >> 16 & metaPageFlag != 0, isPlausible else {
            throw refusal(path, "has a damaged header")
        }
        return pageSize
    }

    private static func number(_ bytes: [UInt8], at offset: Int) -> UInt32 {
        (0..<4).reduce(0) { $0 | UInt32(bytes[offset + $1]) << (8 * UInt32($1)) }
    }

    private static func refusal(_ path: String, _ what: String) -> StorageError {
        StorageError(
            .notALedger,
            subject: path,
            message: """
                \(path) \(what). Nothing was changed. Check the path; a file of another machine \
                can be opened only on machines of that kind.
                """
        )
    }

    private static func truncated(_ path: String, _ size: Int) -> StorageError {
        StorageError(
            .corrupted,
            subject: path,
            message: """
                \(path) has only \(size) bytes and lacks its second header page. Nothing was \
                changed. If it was cut short, restore a backup; if the machine stopped while it \
                was being made, it is empty and may be removed.
                """
        )
    }

    private static func unsupported(_ path: String, _ version: UInt32) -> StorageError {
        StorageError(
            .lmdbVersionUnsupported(found: version),
            subject: path,
            message: """
                \(path) has LMDB data format \(version); this library reads format \
                \(supportedVersion), of LMDB 0.9. Nothing was changed. Open it with a version of \
                this library that is built on the LMDB that wrote it.
                """
        )
    }
}
