internal import Foundation

/// What is in a directory, to prove that nothing was changed.
struct FileTree: Equatable {
    /// Contents by path; a directory has none.
    let contents: [String: Data]

    init(_ path: String) {
        var contents: [String: Data] = [:]
        for name in FileManager.default.enumerator(atPath: path)?.compactMap({ $0 as? String })
            ?? []
        {
            contents[name] = FileManager.default.contents(atPath: "\(path)/\(name)") ?? Data()
        }
        self.contents = contents
    }

    var names: Set<String> { Set(contents.keys) }

    /// The permission bits of a file.
    static func mode(_ path: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        return (attributes[.posixPermissions] as? Int) ?? -1
    }
}
