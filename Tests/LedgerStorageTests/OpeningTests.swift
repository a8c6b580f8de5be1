internal import Foundation
@testable internal import LedgerStorage
internal import Testing

@Suite struct OpeningTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func codeOfOpening(
        _ path: String,
        _ access: EnvironmentOptions.Access,
        _ change: (inout EnvironmentOptions) -> Void = { _ in }
    ) -> StorageError.Code? {
        do {
            try ScratchEnvironment.open(path, access: access, change).close()
            return nil
        } catch {
            return error.code
        }
    }

    @Test("A directory that does not exist is refused unless it is to be made, and not made")
    func missingDirectory() {
        let path = directory.appending("absent")
        #expect(codeOfOpening(path, .readWrite) == .pathProblem)
        #expect(codeOfOpening(path, .readOnly) == .pathProblem)
        #expect(codeOfOpening(directory.appending("no/such"), .create) == .pathProblem)
        #expect(FileTree(directory.path).names == [])
    }

    @Test("An empty directory is refused unless it is to be filled, and nothing is written")
    func emptyDirectory() {
        #expect(codeOfOpening(directory.path, .readWrite) == .notALedger)
        #expect(codeOfOpening(directory.path, .readOnly) == .notALedger)
        #expect(FileTree(directory.path).names == [])
        #expect(codeOfOpening(directory.path, .create) == nil)
        #expect(FileTree(directory.path).names == ["data.mdb", "lock.mdb", "owner.lock"])
    }

    @Test("An empty data file begins a new environment only where that was asked for")
    func emptyFile() throws {
        try Data().write(to: URL(filePath: directory.appending("data.mdb")))
        #expect(codeOfOpening(directory.path, .readWrite) == .notALedger)
        #expect(FileTree(directory.path).names == ["data.mdb"])
        #expect(codeOfOpening(directory.path, .create) == nil)
    }

    @Test("A file, an empty path and a path with a zero byte are refused")
    func notADirectory() throws {
        let path = directory.appending("file")
        try Data("x".utf8).write(to: URL(filePath: path))
        for path in [path, "\(path)/ledger", "", "a\0b"] {
            #expect(codeOfOpening(path, .create) == .pathProblem)
        }
    }

    @Test("A symbolic link to a ledger is refused, with a trailing slash too")
    func symbolicLink() throws {
        let (real, link) = (directory.appending("real"), directory.appending("link"))
        #expect(codeOfOpening(real, .create) == nil)
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: real)
        #expect(codeOfOpening(link, .readWrite) == .pathProblem)
        #expect(codeOfOpening(link + "/", .readWrite) == .pathProblem)
        #expect(codeOfOpening(link + "//", .readOnly) == .pathProblem)
    }

    @Test(
        "A file of the environment that is a symbolic link is refused",
        arguments: ["data.mdb", "lock.mdb", "owner.lock"])
    func symbolicFile(name: String) throws {
        let real = directory.appending("real")
        #expect(codeOfOpening(real, .create) == nil)
        let moved = directory.appending("moved")
        try FileManager.default.moveItem(atPath: "\(real)/\(name)", toPath: moved)
        try FileManager.default.createSymbolicLink(
            atPath: "\(real)/\(name)", withDestinationPath: moved)
        #expect(codeOfOpening(real, .readWrite) == .pathProblem)
    }

    @Test("Directory and files are for their owner only, whatever the umask")
    func modes() throws {
        let path = directory.appending("ledger")
        let open = try ProbeProcess(
            path, "open create", through: ["sh", "-c", "umask 0; \"$@\"", "-"])
        #expect(open.finish() == ["open"])
        #expect(try FileTree.mode(path) == 0o700)
        for name in ["data.mdb", "lock.mdb", "owner.lock"] {
            #expect(try FileTree.mode("\(path)/\(name)") == 0o600)
        }
    }

    @Test("A directory is opened once in a process, however it is spelled")
    func twice() throws {
        let path = directory.appending("ledger")
        let environment = try ScratchEnvironment.open(path, access: .create)
        let parent = directory.appending("parent")
        try FileManager.default.createSymbolicLink(
            atPath: parent, withDestinationPath: directory.path)
        for spelling in [path, path + "/", directory.appending("./ledger"), parent + "/ledger"] {
            for access: EnvironmentOptions.Access in [.readWrite, .readOnly, .create] {
                #expect(codeOfOpening(spelling, access) == .alreadyOpen)
            }
        }
        environment.close()
        #expect(codeOfOpening(path, .readWrite) == nil)
    }

    @Test("A refused opening leaves the directory free for the next")
    func refusedOpening() throws {
        let path = directory.appending("ledger")
        #expect(codeOfOpening(path, .create) == nil)
        let tables = [TableDefinition(name: "events", kind: .appendOnlyDuplicates)]
        for _ in 0..<2 {
            #expect(
                throws: StorageError(
                    .tableKindMismatch(name: "events"), subject: "events", message: "",
                    lmdbError: -30_784)
            ) {
                try Environment.open(at: path, tables: tables)
            }
        }
        #expect(codeOfOpening(path, .readWrite) == nil)
    }

    @Test("A table that is new is added when writing, and missed by name when only reading")
    func newTable() throws {
        let path = directory.appending("ledger")
        let old = [TableDefinition(name: "events")]
        try Environment.open(
            at: path, tables: old, options: EnvironmentOptions(access: .create)
        ).close()
        #expect(codeOfOpening(path, .readOnly) == .missingTable(name: "index"))
        #expect(codeOfOpening(path, .readWrite) == nil)
        #expect(codeOfOpening(path, .readOnly) == nil)
    }

    @Test("An LMDB environment of something else is refused and its data not changed")
    func foreignEnvironment() throws {
        let path = directory.appending("other")
        try Environment.open(
            at: path, tables: [TableDefinition(name: "cache")],
            options: EnvironmentOptions(access: .create)
        ).close()
        let before = FileTree(path).contents["data.mdb"]
        for access: EnvironmentOptions.Access in [.readWrite, .create, .readOnly] {
            #expect(codeOfOpening(path, access) == .notALedger)
        }
        #expect(FileTree(path).contents["data.mdb"] == before)
    }

    @Test("A file system that breaks locks or maps is refused by name unless allowed")
    func fileSystem() throws {
        let path = directory.appending("ledger")
        for (type, name) in FileSystem.unsupported {
            let code = codeOfOpening(path, .create) { options in
                options.fileSystemProbe = { _ throws(StorageError) in type }
            }
            #expect(code == .unsupportedFileSystem(name: name))
        }
        let allowed = codeOfOpening(path, .create) { options in
            options.fileSystemProbe = { _ throws(StorageError) in 0x6969 }
            options.allowUnsupportedFileSystem = true
        }
        #expect(allowed == nil)
    }

    @Test("The file system of a directory is what the kernel says")
    func fileSystemType() throws {
        #expect(try FileSystem.type(at: "/dev/shm") == 0x0102_1994)
        #expect(try FileSystem.type(at: "/proc") == 0x9FA0)
    }

    @Test("Only an LMDB library of the 0.9 series is used")
    func library() throws {
        try Environment.checkLibrary()
        try Environment.checkLibrary(major: 0, minor: 9, patch: 35)
        for (major, minor, patch) in [(1, 0, 0), (0, 10, 1)] as [(Int32, Int32, Int32)] {
            let found = "\(major).\(minor).\(patch)"
            #expect(
                throws: StorageError(
                    .libraryUnsupported(found: found), subject: "liblmdb", message: "")
            ) {
                try Environment.checkLibrary(major: major, minor: minor, patch: patch)
            }
        }
        #expect(Environment.libraryVersion.hasPrefix("LMDB 0.9."))
    }

    @Test("Data file and directory are not inherited by programs that the process starts")
    func descriptors() throws {
        let scratch = try ScratchEnvironment()
        try scratch.put("a", "1")
        let open = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")
            .compactMap { number -> (Int32, String)? in
                let link = "/proc/self/fd/\(number)"
                let path = try? FileManager.default.destinationOfSymbolicLink(atPath: link)
                guard let number = Int32(number), let path, path.hasPrefix(scratch.path) else {
                    return nil
                }
                return (number, path)
            }
        // The directory, the owner's lock, LMDB's lock, and LMDB's two descriptors of the data.
        #expect(open.count == 5)
        for (number, path) in open {
            #expect(fcntl(number, F_GETFD) & FD_CLOEXEC != 0, "\(path)")
        }
    }

    @Test(
        "A map larger than the limit of address space is refused, a smaller one serves",
        .enabled(if: Machine.fitsIntoLimitedSpace))
    func addressSpace() throws {
        let path = directory.appending("ledger")
        let limited = ProbeProcess.inLimitedSpace
        let refused = try ProbeProcess(path, "open create", through: limited)
        #expect(refused.finish() == ["error other(\(ENOMEM))"])
        let open = try ProbeProcess(
            path, "map-size 1073741824 open create put a 1 get a", through: limited)
        #expect(open.finish() == ["open", "put", "value 1"])
    }

    @Test(
        "A map that cannot grow for want of address space stays as it was, and in use",
        .enabled(if: Machine.fitsIntoLimitedSpace))
    func growthWithoutAddressSpace() throws {
        let probe = try ProbeProcess(
            directory.appending("ledger"),
            "map-size \(1 << 35) open create put a 1 try grow get a put a 2 try grow get a",
            through: ProbeProcess.inLimitedSpace)
        let refusal = "error other(\(ENOMEM))"
        #expect(
            probe.finish() == ["open", "put", refusal, "value 1", "put", refusal, "value 2"])
    }

    @Test("The lock file has all its space, so that no disk can be too full to read")
    func lockFile() throws {
        let path = directory.appending("ledger")
        try ScratchEnvironment.open(path, access: .create).close()
        let information = try FileDescriptor(opening: "\(path)/lock.mdb", O_RDONLY).status()
        #expect(information.st_size >= 512 * 64)
        #expect(information.st_blocks * 512 >= information.st_size)
    }

    @Test("A dot at the end of a path does not lead through a symbolic link")
    func dots() throws {
        #expect(try DirectoryPath.absolute("/a/./b//c/.") == "/a/b/c")
        #expect(try DirectoryPath.absolute("/a/../b") == "/a/../b")
        #expect(
            try DirectoryPath.absolute(".") == FileManager.default.currentDirectoryPath)
    }

    @Test("A relative path keeps its meaning")
    func relativePath() throws {
        let absolute = try DirectoryPath.absolute("some/where/")
        #expect(absolute == FileManager.default.currentDirectoryPath + "/some/where")
        #expect(try DirectoryPath.absolute("///") == "/")
    }
}
