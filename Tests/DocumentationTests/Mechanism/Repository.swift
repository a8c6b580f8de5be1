internal import Foundation

/// The files of this repository that documentation consists of.
enum Repository {
    /// The directory of the manifest.
    static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// The README and the articles of every DocC catalog.
    static func pages() throws -> [MarkdownPage] {
        var paths = ["README.md"]
        for path in try files(below: "Sources", ending: ".md") where path.contains(".docc/") {
            paths.append(path)
        }
        return try paths.map { try MarkdownPage(path: $0, text: text(of: $0)) }
    }

    /// The regions of this test target that documentation quotes.
    static func regions() throws -> [SnippetRegion] {
        try files(below: "Tests/DocumentationTests", ending: ".swift").flatMap { path in
            try SnippetRegion.all(in: text(of: path), path: path)
        }
    }

    /// The text of a file, by its path from the root.
    static func text(of path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    /// Whether something exists at a path from the root.
    static func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: root.appending(path: path).path)
    }

    private static func files(below folder: String, ending: String) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: root.appending(path: folder).path)
            .filter { $0.hasSuffix(ending) }.sorted().map { "\(folder)/\($0)" }
    }
}
