internal import AccountLedger
internal import ArgumentParser
internal import LedgerDomain
internal import LedgerFormat
internal import LedgerProjections

/// Rebuilds views from the log, and compares them or puts them in place.
struct Rebuild: Subcommand {
    static let configuration = CommandConfiguration(
        "rebuild", "Rebuild views from the log beside the live ones, and put them in place.",
        """
        Services go on meanwhile. Of the built-in views, the rows that differ are put right in one \
        transaction; a projection's new rows take the place of the old ones in one transaction. \
        Stopped by Ctrl-C, or killed, it leaves the live rows as they are, and goes on from there \
        when run again. With --dry-run nothing is put in place: rebuilt and live are compared. \
        Exit code 0 where nothing of the built-in views differed, 1 where something did, 4 where \
        it was stopped. The rows of a projection are built anew whatever they are.
        """,
        example: "rebuild account-users --max-rate 20000")

    @OptionGroup var global: GlobalOptions
    @OptionGroup var views: ViewOptions

    @Flag(help: "Compare only, in a scratch place, and change nothing.")
    var dryRun = false

    @Flag(help: "Begin anew instead of going on with what an earlier rebuild has left.")
    var restart = false

    @Option(help: ArgumentHelp("Apply at most so many records a second.", valueName: "records"))
    var maxRate: Int?

    @Option(
        help: ArgumentHelp(
            "About how much memory rows may take before they are written; at least 16M.",
            valueName: "bytes"))
    var memoryLimit: ByteCount?

    func validate() throws {
        if dryRun, restart || maxRate != nil || memoryLimit != nil {
            throw ValidationError(
                "--dry-run goes with none of --restart, --max-rate and --memory-limit.")
        }
        if let maxRate, maxRate < 1 {
            throw ValidationError("The value of --max-rate is not positive.")
        }
        if let memoryLimit, memoryLimit.bytes < RebuildOptions.leastMemoryLimit {
            throw ValidationError("The value of --memory-limit is less than 16M.")
        }
    }

    func run(on console: Console) async throws(CommandFailure) -> ExitStatus {
        let ledger = try global.openForInspection(console, dryRun ? .readOnly : .readWrite)
        defer { ledger.close() }
        let targets = try views.targets(in: ledger, console)
        guard !dryRun else { return try compare(targets, of: ledger, console) }
        console.finishWorkBeforeStopping()
        var (replaced, failures) = ([Replaced](), [CommandFailure]())
        for target in targets {
            do throws(CommandFailure) {
                replaced.append(try replace(target, in: ledger, console))
            } catch {
                failures.append(error)
                if error.status == .stopped { break }
            }
        }
        // What was done is told, whatever became of the others.
        guard !replaced.isEmpty || failures.isEmpty else { throw failures[0] }
        try answer(replaced, failures, console)
        for failure in failures { console.complain(failure.message) }
        if let failure = failures.first { return failure.status }
        return replaced.allSatisfy(\.isUnchanged) ? .fine : .found
    }

    // MARK: Comparing only

    private func compare(
        _ targets: [ViewTarget], of ledger: Ledger, _ console: Console
    ) throws(CommandFailure) -> ExitStatus {
        let comparisons = try ledger.compare(targets, listing: 0, on: console)
        let isIdentical = comparisons.allSatisfy(\.isIdentical)
        if global.json {
            try console.output.writeLine(envelope(comparisons, isIdentical).json.serialized)
        } else {
            try console.output.write(text(comparisons, global.style(console)))
        }
        return isIdentical ? .fine : .found
    }

    private func envelope(_ comparisons: [LiveComparison], _ isIdentical: Bool) -> Envelope {
        var rows: [JSONValue] = []
        var diagnostics: [Diagnostic] = []
        for comparison in comparisons {
            if let problem = comparison.problem { diagnostics.append(problem) }
            for table in comparison.tables {
                let name = comparison.target.name(of: table.name)
                rows.append(.object([.init("table", .string(name))] + table.countMembers))
                guard !table.isIdentical else { continue }
                diagnostics.append(
                    Diagnostic(
                        code: "different", message: "The table \(name) is not what the log implies."
                    ))
            }
        }
        return Envelope(isIdentical ? .ok : .found, data: .array(rows), diagnostics: diagnostics)
    }

    private func text(_ comparisons: [LiveComparison], _ style: Style) -> String {
        var table = Table(["TABLE", "ROWS", "ONLY LIVE", "ONLY REBUILT", "DIFFERENT"])
        for comparison in comparisons {
            for row in comparison.tables {
                let mark: Style.Mark = row.isIdentical ? .plain : .red
                let counts = [row.rows, row.onlyLive, row.onlyRebuilt, row.different]
                table.add(
                    [.init(comparison.target.name(of: row.name), mark)]
                        + counts.map { .init(String($0), mark) })
            }
        }
        return table.text(style) + comparisons.map(\.verdict).joined()
    }

    // MARK: Putting in place

    /// What became of one view.
    private struct Replaced {
        let target: ViewTarget
        let position: Position
        /// What was put right in the built-in views; those of a projection are replaced whole.
        var tables: [ViewReplacement.Table] = []
        /// Whether the views had said that they stand elsewhere than the log.
        var movedCheckpoint = false
        /// What the rows of a projection come to.
        var digest: ProjectionDigest?

        var isUnchanged: Bool {
            !movedCheckpoint && tables.allSatisfy { $0.removed + $0.added + $0.changed == 0 }
        }
    }

    private var options: RebuildOptions {
        var options = RebuildOptions(recordsPerSecond: maxRate, restarts: restart)
        if let memoryLimit { options.memoryLimit = memoryLimit.bytes }
        return options
    }

    private func replace(
        _ target: ViewTarget, in ledger: Ledger, _ console: Console
    ) throws(CommandFailure) -> Replaced {
        var meter = RebuildMeter(on: console)
        var last: RebuildProgress?
        func proceed(_ step: RebuildProgress) -> Bool {
            last = step
            meter.update(step)
            return !console.interruption.isRequested
        }
        let replaced: Replaced? =
            switch target {
            case .builtIn: try replaceViews(ledger, proceed)
            case .projection(let projection): try replace(projection, in: ledger, proceed)
            }
        meter.clear()
        if let replaced { return replaced }
        let place = last.map { " at position \($0.position) of \($0.target)" } ?? ""
        throw .stopped(
            "Stopped\(place); the live rows of \(target.name) are as they were. Run it again to go"
                + " on.")
    }

    private func replaceViews(
        _ ledger: Ledger, _ progress: (RebuildProgress) -> Bool
    ) throws(CommandFailure) -> Replaced? {
        let replacement = try translated { () throws(LedgerError) in
            try ledger.rebuildViews(options, progress: progress)
        }
        return replacement.map {
            Replaced(
                target: .builtIn, position: $0.position, tables: $0.tables,
                movedCheckpoint: $0.movedCheckpoint)
        }
    }

    private func replace(
        _ projection: some Projection, in ledger: Ledger, _ progress: (RebuildProgress) -> Bool
    ) throws(CommandFailure) -> Replaced? {
        try translated { () throws(ProjectionError) in
            let rows = try ledger.open(projection)
            defer { rows.close() }
            guard let position = try rows.rebuild(options, progress: progress) else { return nil }
            return Replaced(
                target: .projection(projection), position: position, digest: try rows.digest())
        }
    }

    private func answer(
        _ replaced: [Replaced], _ failures: [CommandFailure], _ console: Console
    ) throws(CommandFailure) {
        if global.json {
            let isUnchanged = replaced.allSatisfy(\.isUnchanged)
            let envelope = Envelope(
                failures.isEmpty ? (isUnchanged ? .ok : .found) : .error,
                data: .array(replaced.map(json)), diagnostics: failures.map(\.diagnostic))
            return try console.output.writeLine(envelope.json.serialized)
        }
        var table = Table(["TABLE", "ROWS", "REMOVED", "ADDED", "CHANGED"])
        var (hasRows, verdicts) = (false, "")
        for view in replaced {
            for row in view.tables where row.removed + row.added + row.changed > 0 {
                hasRows = true
                let counts = [row.rows, row.removed, row.added, row.changed]
                table.add([.init(row.name, .red)] + counts.map { .init(String($0), .red) })
            }
            verdicts += view.target.lead + verdict(view)
        }
        try console.output.write((hasRows ? table.text(global.style(console)) : "") + verdicts)
    }

    private func verdict(_ view: Replaced) -> String {
        if let digest = view.digest {
            return "Rebuilt at position \(view.position), digest \(digest).\n"
        }
        return view.isUnchanged
            ? "Identical at position \(view.position); nothing was changed.\n"
            : "Put right at position \(view.position).\n"
    }

    private func json(_ view: Replaced) -> JSONValue {
        JSONValue([
            "view": .string(view.target.name),
            "position": .number(view.position.number),
            "digest": .text(view.digest?.description),
            "movedCheckpoint": view.digest == nil ? .bool(view.movedCheckpoint) : nil,
            "tables": view.digest == nil
                ? .array(
                    view.tables.map { table in
                        JSONValue([
                            "table": .string(table.name), "rows": .integer(Int64(table.rows)),
                            "removed": .integer(Int64(table.removed)),
                            "added": .integer(Int64(table.added)),
                            "changed": .integer(Int64(table.changed)),
                        ])
                    }) : nil,
        ])
    }
}
