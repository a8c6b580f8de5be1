internal import Testing

@Suite("The module table says who may import whom")
struct ModuleTableTests {
    struct Arrow: Sendable, CustomTestStringConvertible {
        let file: String
        let module: String

        var testDescription: String { "\(file) -> \(module)" }
    }

    static let allowed: [Arrow] = [
        Arrow(file: "Sources/LedgerStorage/Map.swift", module: "CLedgerLMDB"),
        Arrow(file: "Sources/LedgerStorage/Map.swift", module: "Glibc"),
        Arrow(file: "Sources/LedgerFormat/Record.swift", module: "SwiftProtobuf"),
        Arrow(file: "Sources/LedgerFormat/Record.swift", module: "FoundationEssentials"),
        Arrow(file: "Sources/LedgerJournal/Writer.swift", module: "Synchronization"),
        Arrow(file: "Sources/LedgerProjections/Fold.swift", module: "LedgerJournal"),
        Arrow(file: "Sources/LedgerAudit/Verify.swift", module: "LedgerProjections"),
        Arrow(file: "Sources/AccountLedger/Ledger.swift", module: "LedgerAudit"),
        Arrow(file: "Sources/AccountLedger/Ledger.swift", module: "CoreMetrics"),
        Arrow(file: "Sources/AccountLedgerTesting/Given.swift", module: "AccountLedger"),
        Arrow(file: "Sources/LedgerCommandLine/Apply.swift", module: "ArgumentParser"),
        Arrow(file: "tools/account-ledger/main.swift", module: "LedgerCommandLine"),
        Arrow(file: "Tests/GuaranteeTests/A.swift", module: "AccountLedgerTesting"),
        Arrow(file: "Tests/GuaranteeTests/A.swift", module: "Testing"),
    ]

    static let forbidden: [Arrow] = [
        Arrow(file: "Sources/LedgerDomain/UserID.swift", module: "Foundation"),
        Arrow(file: "Sources/LedgerDomain/UserID.swift", module: "Synchronization"),
        Arrow(file: "Sources/LedgerDomain/UserID.swift", module: "LedgerFormat"),
        Arrow(file: "Sources/LedgerStorage/Map.swift", module: "LedgerDomain"),
        Arrow(file: "Sources/LedgerFormat/Record.swift", module: "LedgerStorage"),
        Arrow(file: "Sources/LedgerJournal/Writer.swift", module: "CLedgerLMDB"),
        Arrow(file: "Sources/LedgerJournal/Writer.swift", module: "LedgerProjections"),
        Arrow(file: "Sources/LedgerJournal/Writer.swift", module: "Glibc"),
        Arrow(file: "Sources/LedgerJournal/Writer.swift", module: "SwiftProtobuf"),
        Arrow(file: "Sources/LedgerAudit/Verify.swift", module: "AccountLedger"),
        Arrow(file: "Sources/AccountLedger/Ledger.swift", module: "AccountLedgerTesting"),
        Arrow(file: "Sources/AccountLedger/Ledger.swift", module: "NIOCore"),
        Arrow(file: "Sources/LedgerCommandLine/Apply.swift", module: "AccountLedgerTesting"),
        Arrow(file: "tools/account-ledger/main.swift", module: "Foundation"),
        Arrow(file: "tools/account-ledger/main.swift", module: "AccountLedger"),
        Arrow(file: "Tests/GuaranteeTests/A.swift", module: "NIOCore"),
        Arrow(file: "Sources/LedgerRumours/A.swift", module: "LedgerDomain"),
    ]

    @Test("An arrow that points down is allowed", arguments: allowed)
    func allows(_ arrow: Arrow) {
        #expect(findings(for: arrow) == [])
    }

    @Test("Any other arrow is found", arguments: forbidden)
    func forbids(_ arrow: Arrow) {
        #expect(findings(for: arrow).count == 1)
    }

    private func findings(for arrow: Arrow) -> [Finding] {
        let file = SourceFile(path: arrow.file, text: "internal import \(arrow.module)\n")
        return Rule.imports.flatMap { $0.findings(file) }
    }
}
