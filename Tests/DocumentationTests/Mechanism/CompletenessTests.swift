internal import AccountLedger
internal import Testing

@Suite("Tables of documentation are complete")
struct CompletenessTests {
    private static let catalog = "Sources/AccountLedger/AccountLedger.docc"

    @Test("Every refusal has its row, in the order in which refusals are given")
    func refusals() throws {
        let source = try Repository.text(of: "Sources/LedgerDomain/Commands/Refusal.swift")
        let names = source.matches(of: /case \.\w+: "(\w+)"/).map { String($0.output.1) }
        #expect(names.count == 17)
        #expect(try rows(of: "CommandLines.md", below: "## Refusals") == names)
    }

    @Test("Every metric has its row")
    func metrics() throws {
        let source = try Repository.text(of: "Sources/AccountLedger/Instruments.swift")
        let names = Set(source.matches(of: /label: "([a-z.]+)"/).map { String($0.output.1) })
        #expect(!names.isEmpty)
        #expect(Set(try rows(of: "Operating.md", below: "## Metrics")) == names)
    }

    @Test("Every code of an error has its row")
    func errorCodes() throws {
        let source = try Repository.text(of: "Sources/AccountLedger/LedgerError.swift")
        let declaration = source.prefix(
            upTo: source.firstRange(of: "public let code")?.lowerBound
                ?? source.endIndex)
        let names = declaration.matches(of: /case (\w+)/).map { String($0.output.1) }
        #expect(!names.isEmpty)
        #expect(Set(try rows(of: "Operating.md", below: "## Errors")) == Set(names))
    }

    @Test("Every finding has its row, in the order of their declaration")
    func findings() throws {
        let names = try cases(of: "Kind", in: "Sources/LedgerAudit/Finding.swift")
        #expect(names.count > 20)
        #expect(try rows(of: "Operating.md", below: "## Findings") == names)
    }

    @Test("Every check of doctor has its row, in the order in which they are told")
    func checks() throws {
        let source = "Sources/AccountLedger/Diagnosis/Diagnosis.swift"
        let names = try cases(of: "Subject", in: source)
        #expect(names.count > 10)
        #expect(try rows(of: "Operating.md", below: "## What is wrong around it") == names)
    }

    @Test("Every kind of finding of a reconciliation has its row, in the order of a report")
    func reconciliation() throws {
        let names = ReconciliationFinding.Kind.allCases.map(\.rawValue)
        #expect(try rows(of: "Reconciling.md", below: "## What is compared") == names)
    }

    /// The cases of an enumeration whose names are its values.
    private func cases(of name: String, in path: String) throws -> [String] {
        let source = try Repository.text(of: path)
        let start = try #require(source.firstRange(of: "enum \(name): String")?.upperBound)
        let body = source[start...].prefix(while: { $0 != "}" })
        return body.matches(of: /case (\w+)/).map { String($0.output.1) }
    }

    @Test("Every code of an error of a reactor has its row")
    func reactorCodes() throws {
        let source = try Repository.text(
            of: "Sources/LedgerProjections/Reactors/ReactorError.swift")
        let declaration = source.prefix(
            upTo: source.firstRange(of: "public let code")?.lowerBound ?? source.endIndex)
        let names = declaration.matches(of: /case (\w+)/).map { String($0.output.1) }
        #expect(!names.isEmpty)
        #expect(try rows(of: "Reactors.md", below: "## Errors") == names)
    }

    @Test("Every event has its row")
    func events() throws {
        let names = EventKind.allCases.map(\.rawValue)
        #expect(try rows(of: "Concepts.md", below: "## Events") == names)
    }

    /// What stands in code voice at the beginning of the rows of a section's tables.
    private func rows(of page: String, below heading: String) throws -> [String] {
        let lines = try Repository.text(of: "\(Self.catalog)/\(page)").split(separator: "\n")
        let section = lines.drop { $0 != heading }.dropFirst().prefix { !$0.hasPrefix("## ") }
        return section.compactMap { line in
            line.firstMatch(of: /^\| `([^`]+)` \|/).map { String($0.output.1) }
        }
    }
}
