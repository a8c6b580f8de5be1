internal import LedgerStorage

/// The file that rejected rows are written to, one JSON object a line.
///
/// It is written in place: a link is followed, a pipe or a terminal is written to, and what other
/// programs have opened stays the same file.
struct RejectsFile: ~Copyable {
    private let path: String
    private let writer: FileWriter

    /// Opens what is at the path, or makes a file; what it holds stays until `emptied`.
    init(_ path: String) throws(CommandFailure) {
        self.path = path
        do { writer = try FileWriter(path: path) } catch {
            throw CommandFailure(.unusable, code: "pathProblem", error.message)
        }
    }

    /// Refuses a file that the command reads or keeps itself; `role` says as what.
    func refuse(_ other: FileIdentity?, as role: String) throws(CommandFailure) {
        let mine: FileIdentity
        do { mine = try writer.identity() } catch { throw CommandFailure(error) }
        guard mine == other, mine.isRegular else { return }
        throw .usage(
            "The file \(path) of --rejects is \(role): writing there would destroy it. Name another"
                + " file.")
    }

    /// The file without what it held before, to write to.
    consuming func emptied() throws(CommandFailure) -> TextOutput {
        do { try writer.empty() } catch { throw CommandFailure(error) }
        let file = OpenFile(writer)
        return TextOutput(path) { bytes throws(StorageError) in try file.writer.write(bytes) }
    }
}

/// A file that is written to by one thread at a time and closed with the last reference.
private final class OpenFile: Sendable {
    let writer: FileWriter

    init(_ writer: consuming FileWriter) {
        self.writer = writer
    }
}
