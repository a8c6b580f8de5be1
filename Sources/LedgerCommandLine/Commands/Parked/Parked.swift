internal import AccountLedger
internal import ArgumentParser
internal import LedgerDomain
internal import LedgerProjections
internal import LedgerStorage

/// What reactors could not deliver.
struct Parked: ParsableCommand {
    static let configuration = CommandConfiguration(
        "parked", "List records that a reactor could not deliver, deliver them again, or discard.",
        "Without `retry` or `discard` they are listed. Works while the service runs.",
        example: "parked --reactor mailer",
        subcommands: [ParkedList.self, ParkedRetry.self, ParkedDiscard.self],
        default: ParkedList.self)

    // What stands before `list`, `retry` or `discard` is theirs.
    @OptionGroup var global: GlobalOptions
    @OptionGroup var option: ReactorOption
}

/// Which reactor it is about.
struct ReactorOption: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("The name of the reactor.", valueName: "name"))
    var reactor: String?

    /// Opens what is kept of the reactor, whose code is not here, for one call.
    func use<R>(
        _ global: GlobalOptions, _ console: Console, _ access: EnvironmentOptions.Access,
        _ body: (ReactorStore) throws(ReactorError) -> R
    ) throws(CommandFailure) -> R {
        guard let reactor else { throw .usage("No reactor is named. Give --reactor NAME.") }
        let ledger = try global.open(.readOnly, console)
        defer { ledger.close() }
        do {
            let store = try ledger.existingReactor(reactor, access)
            defer { store.close() }
            return try body(store)
        } catch {
            throw CommandFailure(error)
        }
    }
}

extension CommandFailure {
    init(_ error: ReactorError) {
        let status: ExitStatus = error.code == .notParked ? .found : .unusable
        self.init(status, code: error.code.name, error.message)
    }
}

extension ReactorError.Code {
    /// The name for programs; written by hand, and never changed.
    fileprivate var name: String {
        switch self {
        case .unknownReactor: "unknownReactor"
        case .notParked: "notParked"
        case .otherLedger: "otherLedger"
        case .damaged: "reactorDamaged"
        default: "reactorUnusable"
        }
    }
}
