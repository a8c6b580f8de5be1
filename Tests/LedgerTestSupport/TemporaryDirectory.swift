internal import Foundation

/// A directory of its own for a test, removed with everything in it at the end.
package final class TemporaryDirectory: Sendable {
    /// Where directories are made.
    package enum Place: String, Sendable {
        /// In memory: a durable commit takes microseconds.
        case memory = "/dev/shm"
        /// On a disk, where synchronizing means something.
        case disk = "/var/tmp"
    }

    /// The absolute path.
    package let path: String

    /// Makes the directory.
    package init(in place: Place = .memory) throws {
        path = "\(place.rawValue)/account-ledger-tests-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: false)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The path of something in the directory.
    package func appending(_ name: String) -> String { "\(path)/\(name)" }
}
