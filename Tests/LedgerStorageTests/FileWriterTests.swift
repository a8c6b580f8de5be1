internal import Foundation
@testable internal import LedgerStorage
internal import Testing

@Suite struct FileWriterTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    @Test("A file is opened as it is, and emptied only where that is asked for")
    func content() throws {
        let path = directory.appending("file")
        try Data("before".utf8).write(to: URL(filePath: path))
        let writer = try FileWriter(path: path)
        #expect(try Data(contentsOf: URL(filePath: path)) == Data("before".utf8))
        #expect(try writer.identity() == FileIdentity(path: path))
        #expect(try writer.identity().isRegular)
        try writer.empty()
        try writer.write([UInt8]("after"))
        #expect(try Data(contentsOf: URL(filePath: path)) == Data("after".utf8))
    }

    @Test("Two names of a file are one file, two files with one content are not")
    func identity() throws {
        let (path, link) = (directory.appending("file"), directory.appending("link"))
        try Data("x".utf8).write(to: URL(filePath: path))
        try Data("x".utf8).write(to: URL(filePath: directory.appending("other")))
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
        #expect(try FileIdentity(path: link) == FileIdentity(path: path))
        #expect(try FileReader(path: link).identity() == FileIdentity(path: path))
        #expect(try FileIdentity(path: directory.appending("other")) != FileIdentity(path: path))
        #expect(try !FileIdentity(path: directory.path).isRegular)
        #expect(throws: StorageError.self) { _ = try FileIdentity(path: path + "none") }
    }

    @Test("Descriptors that were set not to wait are waited for", .timeLimit(.minutes(1)))
    func nonBlocking() throws {
        let pipe = Pipe()
        let (input, output) = (pipe.fileHandleForReading, pipe.fileHandleForWriting)
        for file in [input, output] {
            #expect(fcntl(file.fileDescriptor, F_SETFL, O_NONBLOCK) == 0)
        }
        // More than a pipe holds, both ways: the reader begins with nothing there.
        let bytes = (0..<4_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        let reader = FileDescriptor(
            adopting: input.fileDescriptor, path: "the pipe", closesAtEnd: false)
        let writer = FileDescriptor(
            adopting: output.fileDescriptor, path: "the pipe", closesAtEnd: false)
        try withThreads(2) { number in
            if number == 0 {
                var read: [UInt8] = []
                while read.count < bytes.count { read += try reader.read(upTo: 1000) }
                #expect(read == bytes)
            } else {
                try writer.write(bytes)
            }
        }
        try output.close()
        #expect(try reader.read(upTo: 1) == [])
    }

    @Test("A pipe whose reader is gone, and a stream that is closed, are told as what they are")
    func closed() throws {
        _ = signal(SIGPIPE, SIG_IGN)
        let pipe = Pipe()
        try pipe.fileHandleForReading.close()
        let writer = FileDescriptor(
            adopting: pipe.fileHandleForWriting.fileDescriptor, path: "the pipe",
            closesAtEnd: false)
        let gone = #expect(throws: StorageError.self) { try writer.write([1]) }
        #expect(gone?.isClosedPipe == true)
        #expect(gone?.message.contains("reader") == true)
        let none = FileDescriptor(adopting: -1, path: "the stream", closesAtEnd: false)
        let closed = #expect(throws: StorageError.self) { try none.write([1]) }
        #expect(closed?.isClosedPipe == false)
        #expect(closed?.message.hasPrefix("Could not write to the stream: ") == true)
        #expect(closed?.message.contains("errno(3)") == false)
    }
}
