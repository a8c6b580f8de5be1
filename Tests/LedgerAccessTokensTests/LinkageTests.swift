internal import Foundation
internal import Testing

@Suite("The reader of tokens") struct LinkageTests {
    private static let module = "JWTKit"

    @Test("is named by the targets that read tokens, and by no part of the core")
    func manifest() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Package.swift")
        let text = try String(contentsOf: file, encoding: .utf8)
        let targets = text.replacing(/\.(executableT|testT|t)arget\(/, with: "\u{0}")
            .split(separator: "\u{0}").dropFirst()
        #expect(targets.count > 10)
        let names = targets.filter { $0.contains(Self.module) }.compactMap {
            $0.firstMatch(of: /name: "(\w+)"/).map { String($0.output.1) }
        }
        #expect(
            names == ["LedgerAccessTokens", "LedgerAccessTokensTests", "DocumentationTests"])
    }

    @Test("is not in the program, which links all of the core")
    func linkage() throws {
        let tests = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        let program = tests.deletingLastPathComponent().appending(path: "account-ledger")
        /// Whether a file has a symbol of a module; symbols spell its length, then its name.
        func holds(_ file: URL, _ module: String) throws -> Bool {
            let search = Process()
            search.executableURL = URL(filePath: "/usr/bin/env")
            search.arguments = ["grep", "-qaF", "\(module.utf8.count)\(module)", file.path()]
            try search.run()
            search.waitUntilExit()
            return search.terminationStatus == 0
        }
        #expect(try holds(tests, Self.module))
        #expect(try holds(program, "AccountLedger"))
        #expect(try !holds(program, Self.module))
        #expect(try !holds(program, "LedgerAccessTokens"))
    }
}
