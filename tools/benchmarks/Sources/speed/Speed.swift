internal import ArgumentParser
internal import Glibc

/// Measures the ledger beside a program in C that does the same to LMDB.
@main
struct Speed: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measures the ledger beside a program in C that does the same to LMDB.",
        discussion: """
            Links are timed on the wall clock, each consuming a state that was issued before and \
            not timed; the C program makes as many puts of the same lengths, by one writer thread \
            with group commit. Selections are timed by the processor time of the one thread that \
            asks. C and ledger take turns in every round; a ratio is taken within a round, and \
            says how many times as fast the C program is.
            """)

    @Argument(help: "Where to put the files: a directory on the disk to be measured.")
    var directory: String?

    @Option(help: "How often everything is measured, from 1.")
    var rounds: Int?

    @Flag(help: "Less of everything: under a minute.")
    var short = false

    @Option(help: "Measure one kind of work alone, as for a profiler: links or selections.")
    var only: Comparison.Work?

    @Option(
        name: .customLong("import"),
        help: "Measure importing this many grants instead of links and selections.")
    var importCount: Int?

    @Option(help: "What to name as the version of Swift.")
    var swiftVersion = "unknown"

    func validate() throws {
        guard (rounds ?? 1) >= 1 else { throw ValidationError("--rounds begins at 1.") }
        guard (importCount ?? 1) >= 1 else { throw ValidationError("--import begins at 1.") }
    }

    func run() async throws {
        let scratch = try ScratchDirectory(in: directory ?? ScratchDirectory.defaultParent)
        defer { scratch.remove() }
        print(Machine(scratch: scratch, swiftVersion: swiftVersion))
        // What follows takes minutes.
        fflush(nil)
        if let importCount {
            try await ImportMeasurement(scratch).run(grants: importCount)
        } else {
            let size = short ? MeasurementSize.short : .full
            let works = only.map { [$0] } ?? Comparison.Work.allCases
            try await Comparison(scratch, size).run(works, rounds: rounds ?? size.rounds)
        }
    }
}

extension Comparison.Work: ExpressibleByArgument {}
