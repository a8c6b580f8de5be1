internal import ArgumentParser
internal import Foundation
internal import LedgerFormat
internal import LedgerProjections
internal import LedgerStorage

/// The program `account-ledger`, callable in-process.
package enum Program {
    static let name = "account-ledger"
    static let version = "0.1.0"

    /// Runs with the arguments and streams of this process, and ends it.
    ///
    /// It is not asynchronous: the first task has descriptors opened, which must not take the place
    /// of a stream that the process was started without.
    ///
    /// - Parameter projections: The application's own.
    static func main(projections: [any Projection]) -> Never {
        StandardStreams.occupyMissing()
        Task {
            let arguments = Array(ProcessInfo.processInfo.arguments.dropFirst())
            var console = Console.ofProcess()
            console.projections = projections + console.projections
            exit(await run(arguments, on: console).rawValue)
        }
        let end = DispatchSemaphore(value: 0)
        while true { end.wait() }
    }

    /// Runs with given arguments, without the program's name, and given streams.
    package static func run(_ arguments: [String], on console: Console) async -> ExitStatus {
        let status = await perform(arguments, on: console)
        do {
            try console.output.flush()
            return status
        } catch {
            return answer(error, asJSON: false, on: console)
        }
    }

    private static func perform(_ arguments: [String], on console: Console) async -> ExitStatus {
        let command: any ParsableCommand
        do {
            command = try AccountLedgerCommand.parseAsRoot(arguments)
        } catch {
            return answer(ParsingEnd(error), arguments, on: console)
        }
        guard let command = command as? any Subcommand else {
            return explain(command, arguments, on: console)
        }
        do {
            if let isolated = command as? any IsolatedSubcommand, isolated.isIsolated,
                let program = console.checkingProgram
            {
                return try isolated.runApart(program, arguments, console)
            }
            return try await command.run(on: console)
        } catch {
            return answer(error, asJSON: command.global.json, on: console)
        }
    }

    /// Runs what is not ours: `help`, and the program without a subcommand.
    private static func explain(
        _ command: any ParsableCommand, _ arguments: [String], on console: Console
    ) -> ExitStatus {
        if command is AccountLedgerCommand {
            let end = ParsingEnd.failure("No subcommand is given.", help: Program.name + " --help")
            return answer(end, arguments, on: console)
        }
        var command = command
        do {
            try command.run()
            return .fine
        } catch {
            return answer(ParsingEnd(error), arguments, on: console)
        }
    }

    private static func answer(
        _ end: ParsingEnd, _ arguments: [String], on console: Console
    ) -> ExitStatus {
        switch end {
        case .help(let text):
            try? console.output.writeLine(text)
            return .fine
        case .failure(let message, let help):
            let failure = CommandFailure.usage("\(message) See `\(help)`.")
            return answer(failure, asJSON: arguments.contains("--json"), on: console)
        }
    }

    private static func answer(
        _ failure: CommandFailure, asJSON: Bool, on console: Console
    ) -> ExitStatus {
        if failure == .readerGone { return failure.status }
        // A stream that has begun cannot become an envelope.
        if asJSON, !console.output.hasWritten {
            try? console.output.writeLine(Envelope(failure).json.serialized)
        }
        if failure.status == .found, !asJSON {
            try? console.output.writeLine("refused: \(failure.code): \(failure.message)")
        } else {
            console.complain(failure.message)
        }
        return failure.status
    }
}

/// What the parser of the arguments ended with, other than a command.
private enum ParsingEnd {
    /// Help or the version, as asked for.
    case help(String)
    /// The arguments are wrong; where to read more.
    case failure(String, help: String)

    init(_ error: any Error) {
        let text = AccountLedgerCommand.fullMessage(for: error)
        guard !AccountLedgerCommand.exitCode(for: error).isSuccess else {
            self = .help(text)
            return
        }
        var message = AccountLedgerCommand.message(for: error)
        if let last = message.last, !".?!".contains(last) { message += "." }
        let quoted = text.split(separator: "\n").last?.split(separator: "'").dropFirst().first
        self = .failure(message, help: quoted.map { String($0) } ?? "\(Program.name) --help")
    }
}
