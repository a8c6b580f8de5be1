internal import Foundation

/// What is in a directory, to prove that nothing was changed.
package struct FileTree: Equatable, CustomStringConvertible {
    private let contents: [String: Data]

    /// Reads everything in a directory; of files with the name excepted, only that they exist.
    package init(_ path: String, but exception: String? = nil) {
        var contents: [String: Data] = [:]
        let names = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String }
        for name in names ?? [] {
            let isExcepted = exception.map { name.hasSuffix($0) } ?? false
            let bytes = isExcepted ? nil : FileManager.default.contents(atPath: "\(path)/\(name)")
            contents[name] = bytes ?? Data()
        }
        self.contents = contents
    }

    /// The names of the files and directories.
    package var names: Set<String> { Set(contents.keys) }

    /// The bytes of one file; none where it is absent.
    package subscript(name: String) -> [UInt8]? { contents[name].map { Array($0) } }

    /// Names and sizes.
    package var description: String {
        contents.map { "\($0.key): \($0.value.count) bytes" }.sorted().joined(separator: ", ")
    }

    /// The permission bits of a file or directory.
    package static func mode(_ path: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        return (attributes[.posixPermissions] as? Int) ?? -1
    }
}
