internal import Foundation
internal import LedgerStorage

// What can be said without opening the ledger.
extension Diagnosis {
    private static let data = "data.mdb"
    private static let usualMap = 1 << 40

    /// Looks at a directory, makes nothing and writes nothing.
    ///
    /// - Parameter reserve: How many bytes of the file system the application leaves free.
    init(of seen: EnvironmentExamination, reserve: Int) {
        checkPath(seen)
        checkVersion(seen)
        checkMemory(seen)
        guard seen.place == .directory else { return }
        checkPermissions(seen)
        checkFileSystem(seen, reserve)
        checkFile(seen)
        checkMap(seen)
        checkLock(seen)
        checkReaders(seen)
        checkLeftovers(seen)
    }

    private mutating func checkPath(_ seen: EnvironmentExamination) {
        switch seen.place {
        case .directory: ok(.path, seen.path)
        case .absent:
            fail(.path, "\(seen.path) does not exist", "Check the path, or create the ledger.")
        case .symbolicLink:
            fail(
                .path, "\(seen.path) is a symbolic link",
                "Name the directory itself: two names would defeat the locks.")
        case .somethingElse:
            fail(.path, "\(seen.path) is not a directory", "Name the directory of the ledger.")
        }
    }

    private mutating func checkPermissions(_ seen: EnvironmentExamination) {
        let needed = seen.files.filter { $0.isDirectory || !$0.isSpecial }
        let closed = needed.filter { file in
            !file.isReadable || (!file.isWritable && seen.fileSystem?.isReadOnly != true)
        }
        if let file = closed.first {
            let lacks = file.isReadable ? "write" : "read"
            return fail(
                .permissions,
                "user \(seen.user) may not \(lacks) \(file.path): mode \(octal(file.mode)), of user"
                    + " \(file.owner)",
                "Run as user \(file.owner), or give the files to user \(seen.user).")
        }
        if let file = needed.first(where: { $0.owner != seen.user }) {
            return warn(
                .permissions, "\(file.path) is of user \(file.owner), and this is \(seen.user)",
                "Run as user \(file.owner): files that are made now would be of another user.")
        }
        let open = needed.first { $0.mode != ($0.isDirectory ? 0o700 : 0o600) }
        if let file = open {
            return warn(
                .permissions, "\(file.path) has mode \(octal(file.mode))",
                "It holds e-mail addresses and names: give the directory mode 0700 and its files"
                    + " 0600.")
        }
        ok(.permissions, "0700 and 0600, of user \(seen.user)")
    }

    private func octal(_ mode: UInt32) -> String { "0" + String(mode, radix: 8) }

    private mutating func checkFileSystem(_ seen: EnvironmentExamination, _ reserve: Int) {
        guard let system = seen.fileSystem else {
            skip(.fileSystem, "the system does not tell")
            return skip(.disk, "the system does not tell")
        }
        if let name = system.unsupported {
            fail(
                .fileSystem, "it is \(name), which cannot keep the locks and maps of a ledger",
                "Move the ledger to a local file system.")
        } else if system.isReadOnly {
            warn(
                .fileSystem, "it is mounted read-only",
                "Remount it for writing, or read only, by one process at a time.")
        } else {
            ok(.fileSystem, "local, mounted for writing")
        }
        checkDisk(system.free, seen.data?.size ?? 0, reserve)
    }

    private mutating func checkDisk(_ free: Int, _ size: Int, _ reserve: Int) {
        let found = "\(free) bytes are free"
        // A commit of one record writes some pages, and then their table.
        let least = max(reserve, 1 << 20)
        if free < least {
            fail(
                .disk, "\(found), and \(least) are needed", "Free space, or give it a larger disk.")
        } else if free < size {
            warn(
                .disk, "\(found), and the ledger has \(size)",
                "A backup, a compaction or a verification needs as much again: free space.")
        } else {
            ok(.disk, found)
        }
    }

    private mutating func checkFile(_ seen: EnvironmentExamination) {
        if seen.refusal?.code == .permissionDenied {
            return skip(.file, "it may not be read")
        }
        if let refusal = seen.refusal, !isOfVersion(refusal) {
            return fail(.file, refusal.message, "Nothing else can be told of it.")
        }
        guard let header = seen.header else {
            if seen.refusal != nil { return skip(.file, "its version is not one to read") }
            return fail(
                .file, "\(Self.data) is absent or empty: there is no ledger",
                "Check the path, or create the ledger.")
        }
        if header.fileSize < header.bytes {
            return warn(
                .file, "it has \(header.fileSize) bytes, and its header speaks of \(header.bytes)",
                "It may have been cut short: run verify.")
        }
        ok(.file, "\(header.fileSize) bytes, \(header.lastTransaction) commits")
    }

    private func isOfVersion(_ error: StorageError) -> Bool {
        if case .lmdbVersionUnsupported = error.code { return true }
        return false
    }

    private mutating func checkVersion(_ seen: EnvironmentExamination) {
        let library = Environment.libraryVersion
        guard library.contains(" 0.9.") else {
            return fail(
                .version, "the LMDB library is \(library)",
                "Install LMDB 0.9, and make the loader find it.")
        }
        if let refusal = seen.refusal, isOfVersion(refusal) {
            return fail(
                .version, refusal.message, "Use a version of the package built on that LMDB.")
        }
        ok(.version, library)
    }

    private mutating func checkMemory(_ seen: EnvironmentExamination) {
        guard let limit = seen.addressSpace else {
            return ok(.memory, "no limit of address space")
        }
        let size = seen.data?.size ?? 0
        let found = "a process may have \(limit) bytes of address space"
        if limit < 2 * size {
            fail(
                .memory, "\(found), and the file has \(size)",
                "Raise the limit (`ulimit -v`, RLIMIT_AS): the whole file is mapped.")
        } else if limit < Self.usualMap {
            warn(
                .memory, "\(found), less than the usual map of 1 TiB",
                "A smaller map is taken. Raise the limit (`ulimit -v`) if the ledger is to grow.")
        } else {
            ok(.memory, found)
        }
    }

    private mutating func checkMap(_ seen: EnvironmentExamination) {
        guard let header = seen.header else { return skip(.map, "there is no file to look at") }
        let found = "\(header.bytes) of \(header.mapSize) bytes are used"
        guard header.bytes > header.mapSize / 10 * 9 else { return ok(.map, found) }
        warn(
            .map, found,
            "It grows by itself where address space lasts; open with a larger `mapSize`.")
    }

    private mutating func checkLock(_ seen: EnvironmentExamination) {
        guard seen.file("owner.lock") != nil else { return ok(.lock, "nobody has it open") }
        guard let holders = seen.holders else {
            return skip(.lock, "the system does not tell who holds it")
        }
        let processes = Set(holders.map(\.process)).sorted().map { String($0) }
            .joined(separator: ", ")
        if holders.contains(where: \.isExclusive) {
            return fail(
                .lock, "process \(processes) keeps all others out", "Wait for it, or stop it.")
        }
        ok(
            .lock,
            holders.isEmpty ? "nobody has it open" : "open in process \(processes), with others")
    }

    private mutating func checkReaders(_ seen: EnvironmentExamination) {
        guard let table = seen.readers else {
            return skip(.readers, "there is no table of readers to look at")
        }
        let last = seen.header?.lastTransaction ?? 0
        let lag = table.readers.map { max(0, last - $0.transaction) }.max() ?? 0
        let found = "\(table.readers.count) of \(table.room), the oldest \(lag) commits behind"
        if let gone = table.readers.first(where: { !$0.isAlive }) {
            return warn(
                .readers, "\(found); process \(gone.process) is gone, or in another container",
                "The file grows meanwhile. Opening the ledger strikes it off.")
        }
        if table.readers.count * 10 > table.room * 9 {
            return warn(
                .readers, found, "Raise `maximumReaders` once no process has the ledger open.")
        }
        if lag > 10_000 {
            let process = table.readers.min { $0.transaction < $1.transaction }?.process
            return warn(
                .readers, "\(found), of process \(process.map { String($0) } ?? "unknown")",
                "The file grows meanwhile: let that process end its read.")
        }
        ok(.readers, found)
    }

    /// Looks for what work has left that was cut off.
    private mutating func checkLeftovers(_ seen: EnvironmentExamination) {
        let rebuild = seen.path + "/rebuild"
        if FileManager.default.fileExists(atPath: rebuild + "/rows") {
            return checkRebuild(rebuild)
        }
        checkScratch()
    }

    /// Tells a rebuild that runs from one that was cut off.
    private mutating func checkRebuild(_ rebuild: String) {
        let lock = rebuild + "/lock"
        let holders = EnvironmentExamination.holders(ofLockAt: lock) ?? []
        guard holders.isEmpty else {
            let process = holders.map { String($0.process) }.joined(separator: ", ")
            return ok(.leftovers, "process \(process) rebuilds the views")
        }
        switch EnvironmentExamination.isHeld(lockAt: lock) {
        case true?: ok(.leftovers, "a process that cannot be seen rebuilds the views")
        case false?:
            warn(
                .leftovers, "a rebuild of the views was cut off, and its rows are in \(rebuild)",
                "Run rebuild again, which goes on with them, or remove the directory.")
        case nil:
            skip(.leftovers, "rows of a rebuild are in \(rebuild), and whether it runs is not told")
        }
    }

    /// Looks for scratch files that were left more than an hour ago.
    private mutating func checkScratch() {
        var place = FileManager.default.temporaryDirectory
        // The place of a process that checks for another one is inside the usual one.
        if place.lastPathComponent.hasPrefix("account-ledger-") { place.deleteLastPathComponent() }
        guard FileManager.default.isWritableFile(atPath: place.path),
            let names = try? FileManager.default.contentsOfDirectory(atPath: place.path)
        else {
            return warn(
                .leftovers, "\(place.path), for scratch files, is missing or may not be written",
                "Make the directory, or name another in TMPDIR: verify, diff and rebuild need it.")
        }
        let old = names.filter { name in
            guard
                name.hasPrefix("account-ledger-scratch-") || name.hasPrefix("account-ledger-check-")
            else { return false }
            let path = place.appending(path: name).path
            let changed = try? FileManager.default.attributesOfItem(atPath: path)[.modificationDate]
            return ((changed as? Date)?.timeIntervalSinceNow ?? 0) < -3600
        }
        guard let first = old.min() else { return ok(.leftovers, "nothing in \(place.path)") }
        warn(
            .leftovers, "\(old.count) in \(place.path), the first \(first)",
            "They hold what users entered: remove them, if no work of an hour is running.")
    }
}
