internal import ArgumentParser
internal import Foundation

/// Measures the ledger beside other databases that do the same work.
@main
struct Bench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measures the ledger beside other databases; tools/bench builds and calls it.")

    @Argument(help: "Where to put the files: a directory on the disk to be measured.")
    var directory: String?

    @Option(help: "How many records a ledger starts with; can be given several times.")
    var events: [Int] = []

    @Option(help: "How often everything is measured, from 1.")
    var rounds: Int?

    @Flag(help: "Very little of everything: it only proves that it runs.")
    var short = false

    @Option(help: "Measure this kind of work only; can be given several times.")
    var only: [Plan.Work] = []

    @Option(help: "Write the table to this file, too.")
    var results: String?

    @Option(help: "The program account-ledger.")
    var tool = "account-ledger"

    @Option(help: "What to connect to PostgreSQL by; left out, it is not measured.")
    var postgresql: String?

    @Option(help: "What to name as the version of Swift.")
    var swiftVersion = "unknown"

    @Option(help: ArgumentHelp("Record so many changes in the ledger there.", visibility: .private))
    var append: Int?

    func validate() throws {
        guard (rounds ?? 1) >= 1 else { throw ValidationError("--rounds begins at 1.") }
        guard events.allSatisfy({ $0 >= 6000 }) else {
            throw ValidationError("--events begins at 6000.")
        }
    }

    func run() async throws {
        if let append, let directory { return try await Feed(path: directory).append(append) }
        let scratch = try ScratchDirectory(in: directory ?? ScratchDirectory.defaultParent)
        defer { scratch.remove() }
        let machine = try Machine(
            scratch: scratch, swiftVersion: swiftVersion, postgresql: postgresql)
        var measurements: [Measurement] = []
        for events in plan.events {
            let site = try Site(events: events, in: scratch, postgresql: postgresql)
            defer { site.close() }
            var measurement = Measurement(site, plan, tool: tool)
            try await measurement.run()
            measurements.append(measurement)
        }
        let report = Report(machine: machine, plan: plan, measurements: measurements)
        print(report.text(asMarkdown: false))
        guard let results else { return }
        try report.text(asMarkdown: true).write(
            toFile: results, atomically: true, encoding: .utf8)
    }

    private var plan: Plan {
        var plan = short ? Plan.short : .full
        if !events.isEmpty { plan.events = events.sorted() }
        if let rounds {
            plan.rounds = rounds
            plan.wholeRounds = min(rounds, plan.wholeRounds)
        }
        if !only.isEmpty { plan.works = Plan.Work.allCases.filter(only.contains) }
        return plan
    }
}

extension Plan.Work: ExpressibleByArgument {}
