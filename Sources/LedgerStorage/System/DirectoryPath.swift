internal import Glibc

/// Paths of directories, made comparable.
enum DirectoryPath {
    /// Makes a path absolute and drops slashes and dots that mean nothing.
    ///
    /// With a slash or a dot at the end the system calls would follow a symbolic link that is to be
    /// refused; a relative path would name something else after the process has changed its
    /// directory.
    static func absolute(_ path: String) throws(StorageError) -> String {
        guard !path.isEmpty, !path.utf8.contains(0) else {
            throw StorageError(
                .pathProblem, subject: path,
                message: "The path is empty or contains a zero byte. Name a directory.")
        }
        let full = path.hasPrefix("/") ? path : "\(try workingDirectory())/\(path)"
        let names = full.split(separator: "/").filter { $0 != "." }
        return "/" + names.joined(separator: "/")
    }

    /// The directory that holds a path, and the path's last component.
    static func split(_ path: String) -> (parent: String, name: String) {
        guard let slash = path.lastIndex(of: "/") else { return (".", path) }
        let parent = path[..<slash]
        return (parent.isEmpty ? "/" : String(parent), String(path[path.index(after: slash)...]))
    }

    private static func workingDirectory() throws(StorageError) -> String {
        guard let text = unsafe getcwd(nil, 0) else {
            throw .systemCall("find", on: "the working directory", errno)
        }
        defer { unsafe free(text) }
        return unsafe String(cString: text)
    }
}
