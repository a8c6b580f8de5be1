internal import Foundation
internal import Testing

@Suite struct LinkageTests {
    @Test("What embeds the ledger alone is not linked with ServiceLifecycle or NIO")
    func symbols() throws {
        let folder = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
            .deletingLastPathComponent()
        let program = try Data(contentsOf: folder.appending(path: "account-ledger"))
        // As names of modules are written in the symbols of what was compiled from them.
        #expect(program.range(of: Data("13AccountLedger".utf8)) != nil)
        #expect(program.range(of: Data("16ServiceLifecycle".utf8)) == nil)
        #expect(program.range(of: Data("7NIOCore".utf8)) == nil)
        let tests = try Data(contentsOf: URL(filePath: "/proc/self/exe"))
        #expect(tests.range(of: Data("16ServiceLifecycle".utf8)) != nil)
        #expect(tests.range(of: Data("15LedgerLifecycle".utf8)) != nil)
    }

    @Test("No package that is resolved is SwiftNIO or brings it")
    func packages() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let resolved = try String(
            contentsOf: root.appending(path: "Package.resolved"), encoding: .utf8)
        #expect(resolved.contains("swift-service-lifecycle"))
        #expect(!resolved.contains("swift-nio"))
    }
}
