internal import Foundation
@testable internal import LedgerStorage
internal import Testing

@Suite struct SystemTests {
    @Test("A file is read in chunks of at most the size asked for, and then ends")
    func fileReader() throws {
        let directory = try TemporaryDirectory()
        let path = directory.appending("file")
        try Data((0..<100).map { UInt8($0) }).write(to: URL(filePath: path))
        let reader = try FileReader(path: path)
        var chunks: [[UInt8]] = []
        while true {
            let chunk = try reader.read(upTo: 33)
            if chunk.isEmpty { break }
            chunks.append(chunk)
        }
        #expect(chunks.map(\.count) == [33, 33, 33, 1])
        #expect(chunks.flatMap { $0 } == (0..<100).map { UInt8($0) })
        #expect(try reader.read(upTo: 0) == [])
    }

    @Test("A reader answers as soon as some bytes are there")
    func pipe() throws {
        let directory = try TemporaryDirectory()
        let path = directory.appending("pipe")
        #expect(try ProbeProcess.run(["mkfifo", path]) == 0)
        let readyToEnd = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            let writer = FileHandle(forWritingAtPath: path)
            writer?.write(Data("first".utf8))
            readyToEnd.wait()
            writer?.write(Data("second".utf8))
            try? writer?.close()
        }
        let reader = try FileReader(path: path)
        #expect(try reader.read(upTo: 1_000) == [UInt8]("first"))
        readyToEnd.signal()
        #expect(try reader.read(upTo: 1_000) == [UInt8]("second"))
        #expect(try reader.read(upTo: 1_000) == [])
    }

    @Test("A remedy can be followed where the map is no option of the caller's")
    func outOfMemory() {
        let error = StorageError.systemCall("open", on: "file", ENOMEM)
        #expect(error.isOutOfAddressSpace)
        #expect(error.message.hasSuffix("Raise the limit of address space (ulimit -v)."))
    }

    @Test("A missing file and a directory are refused by name")
    func notReadable() throws {
        let missing = #expect(throws: StorageError.self) {
            _ = try FileReader(path: "/dev/shm/no such file")
        }
        #expect(missing?.code == .pathProblem)
        let directory = #expect(throws: StorageError.self) {
            _ = try FileReader(path: "/dev/shm").read(upTo: 1)
        }
        #expect(directory?.code == .pathProblem)
    }

    @Test("A reader closes its descriptor, but leaves the standard input open")
    func closes() throws {
        let directory = try TemporaryDirectory()
        let path = directory.appending("file")
        try Data("x".utf8).write(to: URL(filePath: path))
        func isOpen() throws -> Bool {
            try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").contains {
                let link = "/proc/self/fd/\($0)"
                return (try? FileManager.default.destinationOfSymbolicLink(atPath: link)) == path
            }
        }
        do {
            let reader = try FileReader(path: path)
            #expect(try isOpen())
            _ = try reader.read(upTo: 1)
        }
        #expect(try !isOpen())
        do { _ = FileReader.standardInput() }
        #expect(fcntl(STDIN_FILENO, F_GETFD) >= 0)
    }

    @Test("A small file is replaced whole, for its owner only, and nothing else is left")
    func durableFile() throws {
        let directory = try TemporaryDirectory(in: .disk)
        let path = directory.appending("head")
        try DurableFile.replace(path, with: [UInt8]("one"))
        try DurableFile.replace(path, with: [UInt8]("two"))
        #expect(FileTree(directory.path).contents == ["head": Data("two".utf8)])
        #expect(try FileTree.mode(path) == 0o600)
        try DurableFile.replace(path, with: [])
        #expect(FileTree(directory.path).contents == ["head": Data()])
    }

    @Test("A small file that cannot be put in place leaves the old content and nothing else")
    func durableFileFails() throws {
        let directory = try TemporaryDirectory()
        try FileManager.default.createDirectory(
            atPath: directory.appending("taken"), withIntermediateDirectories: false)
        #expect(throws: StorageError.self) {
            try DurableFile.replace(directory.appending("taken"), with: [1])
        }
        #expect(throws: StorageError.self) {
            try DurableFile.replace(directory.appending("no/such"), with: [1])
        }
        #expect(FileTree(directory.path).names == ["taken"])
    }

    @Test("Random bytes have the length asked for and differ each time")
    func random() throws {
        #expect(try secureRandomBytes(0) == [])
        for length in [1, 32, 255, 256, 257, 100_000] {
            #expect(try secureRandomBytes(length).count == length)
        }
        let all = try Set((0..<1_000).map { _ in try secureRandomBytes(16) })
        #expect(all.count == 1_000)
        let counts = try secureRandomBytes(100_000).reduce(into: [UInt8: Int]()) {
            $0[$1, default: 0] += 1
        }
        #expect(counts.count == 256)
    }

    @Test("The clock counts microseconds since 1970")
    func clock() {
        let before = Int64(Date().timeIntervalSince1970 * 1_000_000)
        let now = SystemClock.now()
        let after = Int64(Date().timeIntervalSince1970 * 1_000_000) + 1
        #expect(now >= before - 1 && now <= after)
    }

    @Test("The bytes of a number sort as the number does")
    func bigEndian() {
        let numbers: [UInt64] = [0, 1, 255, 256, 65_535, 1 << 32, .max - 1, .max]
        let bytes = numbers.map { [UInt8](bigEndian: $0) }
        #expect(bytes.allSatisfy { $0.count == 8 })
        for (left, right) in zip(bytes, bytes.dropFirst()) {
            #expect(left.lexicographicallyPrecedes(right))
        }
        for (number, bytes) in zip(numbers, bytes) {
            let read = UInt64(bigEndian: bytes.span)
            #expect(read == number)
        }
        for length in [0, 7, 9] {
            let read = UInt64(bigEndian: [UInt8](repeating: 1, count: length).span)
            #expect(read == nil)
        }
    }

    @Test("Errors are equal by code and context, whatever their wording")
    func errorEquality() {
        let error = StorageError(.diskFull, subject: "a", message: "one", systemError: 28)
        #expect(error == StorageError(.diskFull, subject: "a", message: "two", systemError: 28))
        #expect(error != StorageError(.diskFull, subject: "b", message: "one", systemError: 28))
        #expect(error != StorageError(.diskFull, subject: "a", message: "one"))
        #expect(error != StorageError(.readOnly, subject: "a", message: "one", systemError: 28))
        #expect(StorageError(storage: error) == error)
    }

    @Test(
        "Every message says what failed, on what, and what to do",
        arguments: [
            Int32(28), 13, 2, 5, 30, 11, 22, -30_792, -30_790, -30_788, -30_795, -30_796, -30_793,
            -30_794, -30_781, -30_784, -30_798, -30_782, -30_789,
        ])
    func messages(number: Int32) {
        let error = StorageError.lmdb(number, "open", on: "/some/path")
        #expect(error.message.hasPrefix("Could not open /some/path: "))
        #expect(error.message.hasSuffix("."))
        #expect(error.subject == "/some/path")
        #expect(error.systemError == (number > 0 ? number : nil))
        #expect(error.lmdbError == (number < 0 ? number : nil))
    }
}
