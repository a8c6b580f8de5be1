internal import AccountLedger
internal import ArgumentParser
internal import Foundation
internal import LedgerFormat

/// The options that every subcommand has, before or after its name.
struct GlobalOptions: ParsableArguments {
    /// The variable that names the ledger where `--ledger` is not given.
    static let variable = "ACCOUNT_LEDGER"

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "The directory that the ledger is in; else the variable \(variable) names it.",
            valueName: "dir"))
    var ledger: String?

    @Flag(help: "Write one JSON envelope, or JSON Lines where the answer is a stream.")
    var json = false

    @Flag(help: "Show times in UTC instead of the local zone.")
    var utc = false

    @Flag(name: .customLong("no-color"), help: "Show no colours.")
    var noColor = false
}

extension GlobalOptions {
    /// The directory of the ledger.
    func path(_ console: Console) throws(CommandFailure) -> String {
        let path = ledger ?? console.environment[Self.variable] ?? ""
        guard !path.isEmpty else {
            throw .usage("No ledger is named. Give --ledger DIR, or set \(Self.variable).")
        }
        return path
    }

    /// Opens a ledger that exists; a ledger opened for reading stays byte for byte as it is.
    func open(
        _ access: LedgerOptions.Access, _ console: Console
    ) throws(CommandFailure) -> Ledger {
        try open(LedgerOptions(access: access), console)
    }

    func open(_ options: LedgerOptions, _ console: Console) throws(CommandFailure) -> Ledger {
        try open(options, console) { (path) throws(LedgerError) in
            try Ledger.open(at: path, options: options)
        }
    }

    /// Opens a ledger, also one whose views do not stand where its log does; it takes no commands.
    func openForInspection(
        _ console: Console, _ access: LedgerOptions.Access = .readOnly
    ) throws(CommandFailure) -> Ledger {
        let options = LedgerOptions(access: access)
        return try open(options, console) { (path) throws(LedgerError) in
            try Ledger.openForInspection(at: path, options: options)
        }
    }

    private func open(
        _ options: LedgerOptions, _ console: Console,
        by open: (String) throws(LedgerError) -> Ledger
    ) throws(CommandFailure) -> Ledger {
        let path = try path(console)
        do {
            return try open(path)
        } catch {
            guard options.access == .readOnly || options.access == .readWrite,
                isAbsent(error, path)
            else {
                throw CommandFailure(error)
            }
            throw CommandFailure(
                .unusable, code: "notALedger",
                "There is no ledger in \(path). Create it first with `\(Program.name) --ledger"
                    + " \(path) create`, or name another directory.")
        }
    }

    /// Whether opening failed because nothing was ever made there.
    private func isAbsent(_ error: LedgerError, _ path: String) -> Bool {
        guard error.code == .notALedger || error.code == .pathProblem else { return false }
        let files = FileManager.default
        let place = try? files.attributesOfItem(atPath: path)[.type] as? FileAttributeType
        guard place ?? .typeDirectory == .typeDirectory else { return false }
        let size = try? files.attributesOfItem(atPath: path + "/data.mdb")[.size] as? Int
        return size ?? 0 == 0
    }

    /// How times are shown.
    func times(_ console: Console) -> TimeText {
        TimeText(zone: utc ? .gmt : console.timeZone)
    }

    /// Whether and how text is set off.
    func style(_ console: Console) -> Style {
        let isWanted = console.environment["NO_COLOR"]?.isEmpty ?? true
        let isAble = console.environment["TERM"] != "dumb"
        return Style(isOn: console.isOutputTerminal && isWanted && isAble && !noColor)
    }

    /// Writes the answer: an envelope with rows, or what people read.
    func answer(
        _ console: Console, data: @autoclosure () -> JSONValue, text: @autoclosure () -> String
    ) throws(CommandFailure) {
        if json {
            try console.output.writeLine(Envelope(.ok, data: data()).json.serialized)
        } else {
            try console.output.write(text())
        }
    }
}
