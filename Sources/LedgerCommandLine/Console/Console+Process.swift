internal import Foundation
internal import LedgerStorage

extension Console {
    /// The streams of this process.
    package static func ofProcess() -> Console {
        StandardStreams.occupyMissing()
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
        console.environment = ProcessInfo.processInfo.environment
        console.watchesSignals = true
        return console
    }
}
