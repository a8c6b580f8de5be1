internal import Glibc

/// What can be seen of an environment from outside: nothing is opened as one, made or written.
package struct EnvironmentExamination: Sendable {
    /// What is at the path.
    package enum Place: Sendable, Hashable {
        case absent
        case symbolicLink
        case somethingElse
        case directory
    }

    /// The directory, absolute.
    package let path: String
    /// What is at the path.
    package let place: Place
    /// The directory and the files of an environment that are there.
    package private(set) var files: [ExaminedFile] = []
    /// What the data file says of itself; none where it cannot be read or is none.
    package private(set) var header: DataFileSummary?
    /// Why the data file is none that can be opened.
    package private(set) var refusal: StorageError?
    /// The file system below.
    package private(set) var fileSystem: FileSystemSummary?
    /// The processes that hold the environment's own lock; none where that cannot be seen.
    package private(set) var holders: [LockHolder]?
    /// Those registered as readers; none where the table of readers cannot be seen.
    package private(set) var readers: ReaderTable?
    /// The bytes of address space that this process may have; none where there is no limit.
    package let addressSpace: Int?
    /// The user that this process acts as.
    package let user: UInt32 = geteuid()

    /// Looks at a directory.
    package init(of path: String) throws(StorageError) {
        self.path = try DirectoryPath.absolute(path)
        addressSpace = Self.addressSpaceLimit()
        place = Self.place(self.path)
        guard place == .directory else { return }
        files = [ExaminedFile(self.path, name: "")].compactMap { $0 }
        for name in [EnvironmentFiles.data, EnvironmentFiles.lock, EnvironmentFiles.owner] {
            if let file = ExaminedFile("\(self.path)/\(name)", name: name) { files.append(file) }
        }
        fileSystem = FileSystemSummary(at: self.path)
        holders = file(EnvironmentFiles.owner).flatMap { LockHolder.all(of: $0) }
        let directory: FileDescriptor
        do {
            directory = try FileDescriptor(opening: self.path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
            header = try DataFileSummary(in: directory)
        } catch {
            refusal = error
            return
        }
        // A second descriptor of the lock file, closed, would drop LMDB's locks.
        if !EnvironmentRegistry.isOpen(directory) { readers = ReaderTable(in: directory) }
    }

    /// A file of the environment that is there.
    package func file(_ name: String) -> ExaminedFile? { files.first { $0.name == name } }

    /// The processes that hold a lock file of ours; none where that cannot be seen.
    package static func holders(ofLockAt path: String) -> [LockHolder]? {
        ExaminedFile(path, name: "").flatMap { LockHolder.all(of: $0) }
    }

    /// Whether anybody holds a lock file of ours alone, also where the holder cannot be seen, such
    /// as in another container; none where that cannot be found out.
    package static func isHeld(lockAt path: String) -> Bool? {
        let file: FileDescriptor
        do { file = try FileDescriptor(opening: path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK) } catch {
            return error.systemError == ENOENT ? false : nil
        }
        guard file.tryLock(LOCK_SH) else { return errno == EWOULDBLOCK ? true : nil }
        file.unlock()
        return false
    }

    /// The data file.
    package var data: ExaminedFile? { file(EnvironmentFiles.data) }

    /// Whether opening it for reading makes no file: both lock files are there.
    package var opensWithoutMakingFiles: Bool {
        file(EnvironmentFiles.lock) != nil && file(EnvironmentFiles.owner) != nil
    }

    private static func place(_ path: String) -> Place {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { return .absent }
        switch status.st_mode & S_IFMT {
        case S_IFDIR: return .directory
        case S_IFLNK: return .symbolicLink
        default: return .somethingElse
        }
    }

    private static func addressSpaceLimit() -> Int? {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0 else {
            return nil
        }
        return limit.rlim_cur > UInt(Int.max) ? nil : Int(limit.rlim_cur)
    }
}

/// A file or directory as the system describes it.
package struct ExaminedFile: Sendable {
    /// Its name; empty for the directory itself.
    package let name: String
    package let path: String
    package let isDirectory: Bool
    /// Neither a directory nor a file with a content that stays.
    package let isSpecial: Bool
    /// The permission bits.
    package let mode: UInt32
    /// The user that it belongs to.
    package let owner: UInt32
    package let size: Int
    /// Whether this process may read it.
    package let isReadable: Bool
    /// Whether this process may write it.
    package let isWritable: Bool
    fileprivate let device: UInt64
    fileprivate let number: UInt64

    init?(_ path: String, name: String) {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { return nil }
        self.name = name
        self.path = path
        let kind = status.st_mode & S_IFMT
        isDirectory = kind == S_IFDIR
        isSpecial = kind != S_IFDIR && kind != S_IFREG
        mode = status.st_mode & 0o7777
        owner = status.st_uid
        size = Int(status.st_size)
        isReadable = unsafe faccessat(AT_FDCWD, path, R_OK, AT_EACCESS) == 0
        isWritable = unsafe faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) == 0
        device = UInt64(status.st_dev)
        number = UInt64(status.st_ino)
    }
}

/// What a data file says of itself.
package struct DataFileSummary: Sendable, Hashable {
    package let pageSize: Int
    /// The size of the map that the last writer had.
    package let mapSize: Int
    /// The pages that the last commit left.
    package let pages: Int
    /// The number of the last commit.
    package let lastTransaction: Int

    /// The length of the file after the header was read: writers lengthen the file first.
    package let fileSize: Int

    /// The bytes that the pages take.
    package var bytes: Int { pages * pageSize }

    /// Reads the newer one of the two header pages; none where there is no file.
    ///
    ///     offset  16   20       24       32       40            136        144
    ///             magic version address  map size 2 x 48 bytes  last page  transaction
    init?(in directory: FileDescriptor) throws(StorageError) {
        guard try DataFileHeader.examine(in: directory) == .usable,
            let file = try FileDescriptor(
                opening: EnvironmentFiles.data, in: directory, O_RDONLY | O_NONBLOCK)
        else { return nil }
        let pageSize = try DataFileHeader.check(
            try file.read(upTo: DataFileHeader.length, at: 0), file.path)
        var newest: (transaction: UInt64, lastPage: UInt64, mapSize: UInt64) = (0, 0, 0)
        for offset in [0, pageSize] {
            let bytes = try file.read(upTo: 152, at: offset)
            guard bytes.count == 152 else { continue }
            let transaction = number64(bytes, at: 144)
            if transaction >= newest.transaction {
                newest = (transaction, number64(bytes, at: 136), number64(bytes, at: 32))
            }
        }
        self.pageSize = pageSize
        fileSize = Int(try file.status().st_size)
        mapSize = Int(clamping: newest.mapSize)
        pages = Int(clamping: newest.lastPage) + 1
        lastTransaction = Int(clamping: newest.transaction)
    }
}

/// A process that holds the lock by which processes keep each other out.
package struct LockHolder: Sendable, Hashable {
    package let process: Int32
    /// Whether it keeps all others out.
    package let isExclusive: Bool

    /// The holders that the kernel lists, of this machine or container.
    ///
    /// A line is `1: FLOCK  ADVISORY  WRITE 812 08:01:262163 0 EOF`; one that waits has an arrow.
    static func all(of file: ExaminedFile) -> [LockHolder]? {
        guard let list = try? FileDescriptor(opening: "/proc/locks", O_RDONLY),
            let text = try? list.readToEnd()
        else { return nil }
        let major = file.device >> 8 & 0xFFF | file.device >> 32 & ~0xFFF
        let minor = file.device & 0xFF | file.device >> 12 & ~0xFF
        return String(decoding: text, as: UTF8.self).split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ")
            guard words.count >= 6, words[1] == "FLOCK", let process = Int32(words[4]) else {
                return nil
            }
            let place = words[5].split(separator: ":")
            guard place.count == 3, UInt64(place[0], radix: 16) == major,
                UInt64(place[1], radix: 16) == minor, UInt64(place[2]) == file.number
            else { return nil }
            return LockHolder(process: process, isExclusive: words[3] == "WRITE")
        }
    }
}

/// Those registered as readers in LMDB's lock file.
package struct ReaderTable: Sendable {
    /// A process that has begun to read.
    package struct Reader: Sendable, Hashable {
        package let process: Int32
        /// The commit that it sees.
        package let transaction: Int
        /// Whether the process is there still, as far as this one can see.
        package let isAlive: Bool
    }

    /// Those that read at this moment.
    package let readers: [Reader]
    /// How many there is room for.
    package let room: Int

    private static let magic: UInt64 = 0xBEEF_C0DE
    private static let cacheLine = 64

    /// Reads LMDB 0.9's table: two cache lines, and one for each reader.
    ///
    ///     offset  0            8            16
    ///             transaction  process      thread
    ///             u64          i32          u64
    init?(in directory: FileDescriptor) {
        let file = try? FileDescriptor(opening: EnvironmentFiles.lock, in: directory, O_RDONLY)
        guard let file, let bytes = try? file.readToEnd(), bytes.count > 2 * Self.cacheLine,
            number64(bytes, at: 0) & 0xFFFF_FFFF == Self.magic
        else { return nil }
        room = bytes.count / Self.cacheLine - 2
        readers = (2..<room + 2).compactMap { line in
            let transaction = number64(bytes, at: line * Self.cacheLine)
            let process = Int32(
                truncatingIfNeeded: number64(bytes, at: line * Self.cacheLine + 8))
            guard process != 0, transaction != .max else { return nil }
            let isGone = kill(process, 0) != 0 && errno == ESRCH
            return Reader(
                process: process, transaction: Int(clamping: transaction), isAlive: !isGone)
        }
    }
}

/// The file system below a directory.
package struct FileSystemSummary: Sendable, Hashable {
    /// Its name, where it is one that cannot keep LMDB's promises.
    package let unsupported: String?
    package let isReadOnly: Bool
    /// The bytes that are free to this process.
    package let free: Int

    init?(at path: String) {
        var result = statvfs()
        guard unsafe statvfs(path, &result) == 0, let type = try? FileSystem.type(at: path) else {
            return nil
        }
        unsupported = FileSystem.unsupported[type]
        isReadOnly = result.f_flag & UInt(ST_RDONLY) != 0
        free = Int(clamping: UInt64(result.f_bavail) * UInt64(result.f_frsize))
    }
}

extension FileDescriptor {
    fileprivate func readToEnd() throws(StorageError) -> [UInt8] {
        var bytes: [UInt8] = []
        while true {
            let more = try read(upTo: 1 << 16)
            if more.isEmpty { return bytes }
            bytes += more
        }
    }
}

/// The number at an offset, in the byte order of LMDB's files, which is that of the machine.
private func number64(_ bytes: [UInt8], at offset: Int) -> UInt64 {
    (0..<8).reduce(0) { $0 | UInt64(bytes[offset + $1]) << (8 * UInt64($1)) }
}
