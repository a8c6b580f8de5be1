internal import Glibc

/// A lock that one holder on the machine has at a time, on a file of its own.
///
/// The kernel drops it with the process, however that ends. The file stays, and names the holder
/// for as long as there is one.
package final class ProcessLock: Sendable {
    private let file: FileDescriptor
    private let process = ProcessIdentity.current

    /// Takes the lock, or refuses at once and names the holder.
    ///
    /// - Parameters:
    ///   - path: The file, which is made where it is absent.
    ///   - work: What only one may do at a time, for the message: `rebuilds the views of DIR`.
    package init(at path: String, for work: String) throws(StorageError) {
        file = try FileDescriptor(opening: path, O_RDWR | O_CREAT | O_NOFOLLOW)
        guard retrying({ flock(file.number, LOCK_EX | LOCK_NB) }) == 0 else {
            throw Self.held(file, work)
        }
        guard ftruncate(file.number, 0) == 0 else {
            throw .systemCall("write the process identifier to", on: path, errno)
        }
        try file.write(Array("\(process)\n".utf8))
    }

    deinit {
        // A forked child holds nothing.
        guard process == ProcessIdentity.current else { return }
        _ = ftruncate(file.number, 0)
        _ = flock(file.number, LOCK_UN)
    }

    private static func held(_ file: FileDescriptor, _ work: String) -> StorageError {
        let bytes = (try? file.read(upTo: 16, at: 0)) ?? []
        let holder = Int32(String(decoding: bytes.prefix { $0 != 0x0A }, as: UTF8.self))
        let who = holder.map { "Process \($0)" } ?? "Another process"
        return StorageError(
            .heldExclusively(by: holder), subject: file.path,
            message: "\(who) \(work). Wait for it to end, or stop it.")
    }
}
