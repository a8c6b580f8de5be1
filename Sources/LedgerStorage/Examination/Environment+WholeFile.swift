internal import Glibc

extension Environment {
    /// Whether the data file in a directory is as long as its header says; also where there is no
    /// such file, or one whose header opening it would refuse.
    package static func hasWholeFile(at path: String) -> Bool {
        guard let directory = try? FileDescriptor(opening: path, O_RDONLY | O_DIRECTORY),
            let summary = try? DataFileSummary(in: directory),
            let file = try? FileDescriptor(opening: EnvironmentFiles.data, in: directory, O_RDONLY),
            let size = try? file.status().st_size
        else { return true }
        return Int(size) >= summary.bytes
    }
}
