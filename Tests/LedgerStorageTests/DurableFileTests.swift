internal import Foundation
internal import Testing

@testable internal import LedgerStorage

@Suite("Files that are written whole")
struct DurableFileTests {
    @Test("a new file has its content and is its owner's")
    func create() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/new"
        try DurableFile.create(path, with: [1, 2, 3])
        #expect(FileManager.default.contents(atPath: path) == Data([1, 2, 3]))
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["new"])
    }

    @Test("a name may be as long as the file system allows")
    func longName() throws {
        let directory = try TemporaryDirectory()
        let name = String(repeating: "n", count: 255)
        try DurableFile.create(directory.path + "/" + name, with: [1])
        try DurableFile.replace(directory.path + "/" + name, with: [2])
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == [name])
    }

    @Test("what has the name stays: a file, a directory, a link that leads nowhere")
    func taken() throws {
        let directory = try TemporaryDirectory()
        let files = FileManager.default
        let (file, folder, link) = (
            directory.path + "/file", directory.path + "/folder", directory.path + "/link"
        )
        try DurableFile.create(file, with: [7])
        try files.createDirectory(atPath: folder, withIntermediateDirectories: false)
        try files.createSymbolicLink(atPath: link, withDestinationPath: directory.path + "/none")
        for path in [file, folder, link] {
            let error = #expect(throws: StorageError.self) {
                try DurableFile.create(path, with: [1])
            }
            #expect(error?.code == .pathProblem)
            #expect(error?.message.contains("nothing is replaced") == true)
        }
        #expect(files.contents(atPath: file) == Data([7]))
        let left = try files.contentsOfDirectory(atPath: directory.path).sorted()
        #expect(left == ["file", "folder", "link"])
    }

    @Test("of several that make one file at a time one wins, and all of it is the winner's")
    func race() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/file"
        let winners = await withTaskGroup(of: UInt8?.self) { group in
            for number in 0..<8 as Range<UInt8> {
                group.addTask {
                    let bytes = [UInt8](repeating: number, count: 100_000)
                    return (try? DurableFile.create(path, with: bytes)) == nil ? nil : number
                }
            }
            var winners: [UInt8] = []
            for await case let winner? in group { winners.append(winner) }
            return winners
        }
        #expect(winners.count == 1)
        let content = FileManager.default.contents(atPath: path)
        #expect(content == winners.first.map { Data(repeating: $0, count: 100_000) })
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["file"])
    }
}
