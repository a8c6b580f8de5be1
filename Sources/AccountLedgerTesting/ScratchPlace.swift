internal import Foundation

/// Where scratch files are made.
enum ScratchPlace {
    /// A path at which nothing exists yet.
    static func newPath() -> String {
        "\(parent)/account-ledger-scratch-\(UUID().uuidString)"
    }

    /// Removes a directory with all that is in it.
    static func remove(_ path: String) { try? FileManager.default.removeItem(atPath: path) }

    /// In memory where the machine has such a place: a durable commit takes microseconds there.
    private static var parent: String {
        let memory = "/dev/shm"
        let files = FileManager.default
        return files.isWritableFile(atPath: memory) ? memory : files.temporaryDirectory.path
    }
}
