internal import Foundation
internal import LedgerStorage

extension Console {
    /// The streams of this process.
    package static func ofProcess() -> Console {
        var console = Console(
            input: { count throws(InputFailure) in
                try FileReader.standardInput().read(upTo: count)
            },
            output: TextOutput("standard output", endsWithReader: true) {
                bytes throws(OutputFailure) in
                try FileWriter.standardOutput().write(bytes)
            },
            errors: TextOutput("standard error") { bytes throws(OutputFailure) in
                try FileWriter.standardError().write(bytes)
            },
            timeZone: .current)
        console.inputIdentity = try? FileReader.standardInput().identity()
        console.isOutputTerminal = isatty(STDOUT_FILENO) == 1
        console.isErrorTerminal = isatty(STDERR_FILENO) == 1
        if isatty(STDIN_FILENO) == 1 { console.takeKeys = { KeyMode() } }
        console.environment = ProcessInfo.processInfo.environment
        console.watchesSignals = true
        if let role = console.environment[CheckProcess.variable].flatMap(CheckProcess.Role.init) {
            console.serve(role)
        } else {
            console.checkingProgram = "/proc/self/exe"
        }
        return console
    }

    /// Becomes the console of a process that checks a ledger for another one.
    private mutating func serve(_ role: CheckProcess.Role) {
        CheckProcess.endWithParent(role, interruption)
        isOutputTerminal = role.isForTerminal
        errors = TextOutput("standard error") { bytes throws(OutputFailure) in
            try FileWriter.inheritedAsStandardInput().write(bytes)
        }
        isErrorTerminal = isatty(STDIN_FILENO) == 1
        // The process is in a group of its own, which some terminals would stop for writing.
        signal(SIGTTOU, SIG_IGN)
    }
}
