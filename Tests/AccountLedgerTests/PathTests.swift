internal import AccountLedger
internal import Foundation
internal import LedgerTestSupport
internal import Testing

@Suite struct PathTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    @Test(
        "A path may hold blanks, quotes, emoji and decomposed letters",
        arguments: ["a b", "it's \"quoted\"", "zoe\u{308}", "zo\u{EB}", "📒", "-l", "a\nb"])
    func spelling(name: String) async throws {
        let path = directory.appending(name)
        let ledger = try Ledger.open(at: path)
        try await ledger.connect("ann", grant: "g1")
        #expect(ledger.path.utf8.elementsEqual(path.utf8))
        ledger.close()
        #expect(FileTree(path).names.contains("data.mdb"))
    }

    @Test("A symbolic link to a ledger is refused, with a trailing slash too")
    func symbolicLink() async throws {
        let (real, link) = (directory.appending("real"), directory.appending("link"))
        try Ledger.open(at: real).close()
        let before = FileTree(directory.path)
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: real)
        for path in [link, link + "/", link + "//"] {
            #expect(await code { _ = try Ledger.open(at: path) } == .pathProblem)
        }
        try FileManager.default.removeItem(atPath: link)
        #expect(FileTree(directory.path) == before)
    }

    @Test("A ledger is found through a linked parent, and is the same ledger then")
    func linkedParent() async throws {
        let (real, link) = (directory.appending("real"), directory.appending("link"))
        try FileManager.default.createDirectory(atPath: real, withIntermediateDirectories: false)
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: real)
        let ledger = try Ledger.open(at: real + "/ledger")
        #expect(await code { _ = try Ledger.open(at: link + "/ledger") } == .alreadyOpen)
        ledger.close()
        try Ledger.open(at: link + "/ledger", options: LedgerOptions(access: .readWrite)).close()
    }

    @Test("A relative path means the directory that the process was in when it opened")
    func relative() async throws {
        let up = String(repeating: "../", count: 40)
        let path = up + directory.appending("ledger").dropFirst()
        let ledger = try Ledger.open(at: path)
        #expect(ledger.path.hasPrefix("/"))
        try await ledger.connect("ann", grant: "g1")
        ledger.close()
        #expect(FileTree(directory.appending("ledger")).names.contains("data.mdb"))
    }

    @Test(
        "What is not a directory is refused, and stays as it is",
        arguments: ["file", "file/ledger", "no/such/parent", String(repeating: "x", count: 300)])
    func notADirectory(name: String) async throws {
        try Data("mine".utf8).write(to: URL(filePath: directory.appending("file")))
        let before = FileTree(directory.path)
        #expect(await code { _ = try Ledger.open(at: directory.appending(name)) } == .pathProblem)
        #expect(FileTree(directory.path) == before)
    }

    @Test("An empty path and one with a zero byte are refused", arguments: ["", "/dev/shm/a\0b"])
    func impossible(path: String) async throws {
        #expect(await code { _ = try Ledger.open(at: path) } == .pathProblem)
    }
}
