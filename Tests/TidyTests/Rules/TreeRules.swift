/// What holds for the repository as a whole, told from names and texts.
enum TreeRules {
    private static let folders: Set = ["Sources", "Tests", "schemas", "tools"]

    /// What you embed, the proof, what is on disk and on the wire, what you run: nothing else.
    static func strayFolders(in topLevel: [String]) -> [Finding] {
        topLevel.filter { !$0.hasPrefix(".") && !folders.contains($0) }.sorted().map {
            Finding(path: $0, line: 1, message: "a folder that is none of \(folders.sorted())")
        }
    }

    /// The path of a person's or a build machine's own folder means nothing to anyone else.
    static func machinePaths(in text: String, of path: String) -> [Finding] {
        zip(1..., text.split(separator: "\n", omittingEmptySubsequences: false))
            .compactMap { number, line in
                machinePath(in: line).map {
                    Finding(path: path, line: number, message: "\($0): a path of one machine")
                }
            }
    }

    /// The first absolute path of a line that begins in a folder which machines differ in.
    ///
    /// A path that goes on from a word (`docs/home/x`, `https://host/home/x`) is not absolute.
    private static func machinePath(in line: Substring) -> String? {
        var rest = line
        while let slash = rest.firstIndex(of: "/") {
            let before = line[..<slash].last ?? " "
            let steps = rest[slash...].dropFirst().split(
                separator: "/",
                maxSplits: 1,
                omittingEmptySubsequences: false
            )
            let goesOn = before.isLetter || before.isNumber || "/.-_~*)}".contains(before)
            let hasMore = steps.last?.first.map { $0.isLetter || $0.isNumber || $0 == "." } ?? false
            if !goesOn, steps.count == 2, hasMore, roots.contains(String(steps[0])) {
                return "/" + steps[0] + "/"
            }
            rest = rest[slash...].dropFirst()
        }
        return nil
    }

    private static let roots: Set = [
        "Users", "Volumes", "home", "media", "mnt", "opt", "root", "srv", "work", "workspace",
    ]
}
