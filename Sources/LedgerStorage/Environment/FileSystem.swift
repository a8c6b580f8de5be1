internal import CLedgerLMDB
internal import Glibc

/// What the file system below a directory is, and how much room it has.
enum FileSystem {
    /// File systems on which locks or shared memory maps do not work as LMDB needs them.
    ///
    /// The numbers are those of statfs(2) and of the kernel's magic.h.
    static let unsupported: [Int: String] = [
        0x6969: "NFS",
        0x517B: "SMB",
        0xFE53_4D42: "SMB2",
        0xFF53_4D42: "CIFS",
        0x6573_5546: "FUSE",
        0x0102_1997: "9p",
        0x00C3_6400: "Ceph",
        0x5346_414F: "AFS",
        0x6B41_4653: "kAFS",
        0x7375_7245: "Coda",
        0x564C: "NCP",
        0x0BD0_0BD0: "Lustre",
        0x4750_4653: "GPFS",
        0x0116_1970: "GFS2",
        0x7461_636F: "OCFS2",
        0x786F_4256: "VirtualBox shared folder",
    ]

    /// The number by which the kernel knows the file system of a path.
    static func type(at path: String) throws(StorageError) -> Int {
        var result = statfs()
        guard unsafe statfs(path, &result) == 0 else {
            throw .systemCall("examine the file system of", on: path, errno)
        }
        return Int(truncatingIfNeeded: UInt(bitPattern: Int(result.f_type)) & 0xFFFF_FFFF)
    }

    /// Refuses a file system that cannot keep LMDB's promises.
    static func check(_ type: Int, path: String) throws(StorageError) {
        guard let name = unsupported[type] else { return }
        throw StorageError(
            .unsupportedFileSystem(name: name),
            subject: path,
            message: """
                \(path) is on \(name), where locks and shared memory maps are not reliable and \
                a ledger can be damaged. Use a local file system.
                """
        )
    }

    /// The bytes that are free to this process on the file system of an open file.
    static func free(at file: FileDescriptor) throws(StorageError) -> Int {
        var result = statvfs()
        guard unsafe fstatvfs(file.number, &result) == 0 else {
            throw .systemCall("examine the file system of", on: file.path, errno)
        }
        return Int(clamping: UInt64(result.f_bavail) * UInt64(result.f_frsize))
    }
}
