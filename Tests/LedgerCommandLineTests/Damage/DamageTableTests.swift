internal import Foundation
internal import LedgerCommandLine
internal import Testing

/// The promise of the page on damage: what it lists is found as it says, and nothing is mended.
@Suite("Damage is found as the page says", .timeLimit(.minutes(5)))
struct DamageTableTests {
    private static let page =
        "\(repository)/Sources/AccountLedger/AccountLedger.docc/Damage.md"

    @Test("every kind is found, by the name and at the place that the page says")
    func table() async throws {
        var written: [String] = []
        for section in Damage.sections {
            written.append("## \(section.heading)")
            for damage in section.damage { written.append(try await row(damage)) }
        }
        let page = try String(contentsOfFile: Self.page, encoding: .utf8)
        let published = page.split(separator: "\n").map(String.init).filter { line in
            (line.hasPrefix("| ") && !line.hasPrefix("| What was done"))
                || (line.hasPrefix("## ") && line != "## Overview")
        }
        #expect(Damage.all.count >= 30)
        #expect(Set(Damage.all.map(\.name)).count == Damage.all.count)
        for line in written where !published.contains(line) {
            Issue.record("the page does not say: \(line)")
        }
        #expect(written == published)
    }

    /// Inflicts it, looks for it, and says what was found as a row of the page.
    private func row(_ damage: Damage) async throws -> String {
        let ledger = try await DamagedLedger()
        try damage.inflict(ledger)
        let before = ledger.file
        let verify = try await run("verify", on: ledger, apart: damage.stopsReaders)
        let diff = try await run("diff", on: ledger, apart: damage.stopsReaders)
        #expect(ledger.file == before, "\(damage.name): the file was changed")
        let isFound = verify.status != .fine || diff.status != .fine
        #expect(isFound != damage.isHidden, "\(damage.name)")
        return "| \(damage.name) | \(try verify.found) | \(try diff.found) |"
    }

    private func run(
        _ subcommand: String, on ledger: DamagedLedger, apart: Bool
    ) async throws -> Run {
        await Scratch.run(["--ledger", ledger.path, subcommand, "--json"]) { console in
            guard apart else { return }
            console.checkingProgram = program
            console.environment = ["TMPDIR": ledger.path + "/.."]
        }
    }
}

/// The program, which is built into the directory of the tests.
private let program = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    .deletingLastPathComponent().appending(path: "account-ledger").path()

/// What an envelope says, of `verify` or `diff`.
private struct Answer: Decodable {
    struct Report: Decodable {
        let findings: [Finding]
    }

    struct Finding: Decodable {
        let kind: String
        let position: UInt64?
        let table: String?
    }

    struct Table: Decodable {
        let table: String
        let onlyLive: Int
        let onlyRebuilt: Int
        let different: Int

        var isIdentical: Bool { onlyLive + onlyRebuilt + different == 0 }
    }

    struct Diagnostic: Decodable {
        let code: String
    }

    let report: Report?
    let tables: [Table]?
    let diagnostics: [Diagnostic]

    enum CodingKeys: String, CodingKey { case data, diagnostics }

    init(from decoder: any Decoder) throws {
        let object = try decoder.container(keyedBy: CodingKeys.self)
        report = try? object.decode(Report.self, forKey: .data)
        tables = try? object.decode([Table].self, forKey: .data)
        diagnostics = try object.decode([Diagnostic].self, forKey: .diagnostics)
    }
}

extension Run {
    /// What was found, in the words of the page.
    fileprivate var found: String {
        get throws {
            #expect(lines.count == 1)
            let answer = try JSONDecoder().decode(Answer.self, from: Data(output.utf8))
            if let report = answer.report {
                #expect(status == (report.findings.isEmpty ? .fine : .broken))
                return report.findings.isEmpty ? "sound" : words(report.findings)
            }
            let codes = answer.diagnostics.map { "`\($0.code)`" }
            guard let tables = answer.tables else {
                return "exit \(status.rawValue), " + codes.joined(separator: ", ")
            }
            let differing = tables.filter { !$0.isIdentical }.map { "`\($0.table)`" }
            let all = codes + (differing.isEmpty ? [] : [differing.joined(separator: ", ")])
            #expect(status == (all.isEmpty ? .fine : .found))
            return all.isEmpty ? "identical" : all.joined(separator: "; ")
        }
    }

    /// The findings, those of one kind and table together.
    private func words(_ findings: [Answer.Finding]) -> String {
        var groups: [(name: String, positions: [UInt64])] = []
        for finding in findings {
            let name = "`\(finding.kind)`" + (finding.table.map { " in `\($0)`" } ?? "")
            if groups.last?.name != name { groups.append((name, [])) }
            if let position = finding.position {
                groups[groups.count - 1].positions.append(position)
            }
        }
        return groups.map { group in
            group.name
                + (group.positions.isEmpty
                    ? ""
                    : " at " + group.positions.sorted().map { String($0) }.joined(separator: ", "))
        }.joined(separator: "; ")
    }
}
