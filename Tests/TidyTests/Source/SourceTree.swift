internal import Foundation

/// The files of the package this test was built from.
struct SourceTree {
    private let root: URL

    /// Finds the package that a file belongs to: the nearest folder above with a manifest.
    init(around file: String = #filePath) {
        var folder = URL(filePath: file).deletingLastPathComponent()
        while folder.path != "/",
            !FileManager.default.fileExists(atPath: folder.appending(path: "Package.swift").path)
        {
            folder.deleteLastPathComponent()
        }
        root = folder
    }

    func file(_ path: String) throws -> SourceFile {
        SourceFile(path: path, text: try text(of: path) ?? "")
    }

    /// Every Swift file that is built with the package, by path.
    func swiftFiles() throws -> [SourceFile] {
        try ["Sources", "Tests", "tools/account-ledger"].flatMap(paths)
            .filter { $0.hasSuffix(".swift") }
            .map(file)
    }

    /// Every text of the repository; a file that is not UTF-8 is none.
    func texts() throws -> [(path: String, text: String)] {
        let files = try entries().filter { !$0.isFolder }.map(\.name)
        let folders = try topLevelFolders().filter { !Self.unread.contains($0) }
        return try (files + folders.flatMap(paths)).compactMap { path in
            try text(of: path).map { (path, $0) }
        }
    }

    func topLevelFolders() throws -> [String] {
        try entries().filter(\.isFolder).map(\.name)
    }

    /// What is built or kept by tools, and none of the repository's texts.
    private static let unread: Set = [".build", ".git", ".swiftpm"]

    private func entries() throws -> [(name: String, isFolder: Bool)] {
        try FileManager.default.contentsOfDirectory(
            at: root,
            includingPropertiesForKeys: [.isDirectoryKey]
        ).map { url in
            let isFolder = try url.resourceValues(forKeys: [.isDirectoryKey]).isDirectory
            return (url.lastPathComponent, isFolder == true)
        }
    }

    /// The files under a folder by path from the root, sorted; none where there is no such folder.
    private func paths(under folder: String) throws -> [String] {
        let url = root.appending(path: folder)
        guard FileManager.default.fileExists(atPath: url.path) else {
            return []
        }
        return try FileManager.default.subpathsOfDirectory(atPath: url.path)
            .filter { Self.unread.isDisjoint(with: $0.split(separator: "/").map(String.init)) }
            .map { "\(folder)/\($0)" }
            .sorted()
    }

    private func text(of path: String) throws -> String? {
        let url = root.appending(path: path)
        guard try url.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true else {
            return nil
        }
        return String(data: try Data(contentsOf: url), encoding: .utf8)
    }
}
