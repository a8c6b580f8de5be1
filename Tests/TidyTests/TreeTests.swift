internal import Foundation
internal import Testing

/// Style and layering as tests: what review would otherwise have to notice.
@Suite("The tree keeps the rules")
struct TreeTests {
    private let tree = SourceTree()

    @Test("Every Swift file keeps the rule", arguments: Rule.all)
    func files(_ rule: Rule) throws {
        let files = try tree.swiftFiles()
        #expect(!files.isEmpty)
        report(files.flatMap(rule.findings))
    }

    @Test("The manifest keeps its rules")
    func manifest() throws {
        let manifest = try tree.file("Package.swift")
        let features = try supportedFeatures()
        report(ManifestRules(manifest: manifest, supportedFeatures: features).findings)
    }

    @Test("The repository has the four folders of its design and no others")
    func folders() throws {
        report(TreeRules.strayFolders(in: try tree.topLevelFolders()))
    }

    @Test("No file names a path of one machine")
    func machinePaths() throws {
        let texts = try tree.texts()
        #expect(!texts.isEmpty)
        report(texts.flatMap { TreeRules.machinePaths(in: $0.text, of: $0.path) })
    }

    private func report(_ findings: [Finding]) {
        for finding in findings {
            Issue.record("\(finding)")
        }
    }

    /// What the compiler itself says it knows, so that the list never ages.
    private func supportedFeatures() throws -> Set<String> {
        let output = Pipe()
        let compiler = Process()
        compiler.executableURL = URL(filePath: "/usr/bin/env")
        compiler.arguments = ["swiftc", "-print-supported-features"]
        compiler.standardOutput = output
        try compiler.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        compiler.waitUntilExit()
        let groups = try JSONDecoder().decode(Features.self, from: data).features.values
        return Set(groups.joined().map(\.name))
    }

    private struct Features: Decodable {
        struct Feature: Decodable {
            let name: String
        }

        let features: [String: [Feature]]
    }
}
