internal import Foundation
internal import LedgerStorage

extension Console {
    /// The streams of this process.
    package static func ofProcess() -> Console {
        var console = Console(
            input: { count throws(InputFailure) in
                try FileReader.standardInput().read(upTo: count)
            },
            output: TextOutput("standard output") { bytes in
                try FileHandle.standardOutput.write(contentsOf: Data(bytes))
            },
            errors: TextOutput("standard error") { bytes in
                try FileHandle.standardError.write(contentsOf: Data(bytes))
            },
            timeZone: .current)
        console.inputIdentity = try? FileReader.standardInput().identity()
        console.isOutputTerminal = isatty(FileHandle.standardOutput.fileDescriptor) == 1
        console.isErrorTerminal = isatty(FileHandle.standardError.fileDescriptor) == 1
        console.environment = ProcessInfo.processInfo.environment
        console.watchesSignals = true
        return console
    }
}
