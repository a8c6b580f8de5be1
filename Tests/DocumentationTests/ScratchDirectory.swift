internal import Foundation

/// A directory for one test, in memory where the machine has such a place; it ends with the value.
final class ScratchDirectory: Sendable {
    /// The directory, which exists and is empty at first.
    let path: String

    init() throws {
        let memory = "/dev/shm"
        let files = FileManager.default
        let base = files.isWritableFile(atPath: memory) ? memory : files.temporaryDirectory.path
        path = "\(base)/account-ledger-documentation-\(UUID().uuidString)"
        try files.createDirectory(atPath: path, withIntermediateDirectories: false)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// A path within the directory at which nothing exists yet.
    func place(_ name: String) -> String {
        "\(path)/\(name)"
    }
}
