internal import Foundation

/// A directory of its own for a test, removed with everything in it at the end.
final class TemporaryDirectory: Sendable {
    /// Where directories are made.
    enum Place: String {
        /// In memory: a durable commit takes microseconds.
        case memory = "/dev/shm"
        /// On a disk, where synchronizing means something.
        case disk = "/var/tmp"
    }

    let path: String

    init(in place: Place = .memory) throws {
        path = "\(place.rawValue)/ledger-storage-tests-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: false)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The path of something in the directory.
    func appending(_ name: String) -> String { "\(path)/\(name)" }
}
