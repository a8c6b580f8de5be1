package import Foundation
package import LedgerProjections
package import LedgerStorage

/// Waits for the next bytes, at most as many as asked for; gives none at the end.
package typealias ByteSource = @Sendable (Int) throws(InputFailure) -> [UInt8]

/// What a source of bytes fails with.
package typealias InputFailure = StorageError

/// What a subcommand reads from and writes to: the process's own streams, or a test's.
package struct Console: Sendable {
    /// Standard input.
    package var input: ByteSource
    /// Which file standard input is, where it is one.
    package var inputIdentity: FileIdentity?
    /// Standard output: answers, and nothing else.
    package var output: TextOutput
    /// Standard error: what goes wrong, and how far the work is.
    package var errors: TextOutput
    /// Whether a person looks at standard output.
    package var isOutputTerminal = false
    /// Has the terminal of standard input hand over each key at once; none where it is none.
    ///
    /// What it gives is kept for as long as keys are wanted.
    package var takeKeys: (@Sendable () -> KeyMode?)?
    /// Whether a person looks at standard error.
    package var isErrorTerminal = false
    /// The variables that the program was started with.
    package var environment: [String: String] = [:]
    /// The zone that times are shown in where nothing else is asked for.
    package var timeZone: TimeZone
    /// The wish to stop early.
    package var interruption = Interruption()
    /// Makes the signals to stop reach `interruption`; without it they end the process.
    package var watchesSignals = false
    /// The program that checks a ledger in a process of its own; none to check it in this one.
    package var checkingProgram: String?
    /// The projections whose rows the program knows.
    package var projections: [any Projection] = [AccountUsers(), DailyActivity()]
    /// The line on a terminal that says how far the work is.
    let statusLine = StatusLine()

    /// Joins streams.
    package init(
        input: @escaping ByteSource, output: TextOutput, errors: TextOutput, timeZone: TimeZone
    ) {
        self.input = input
        self.output = output
        self.errors = errors
        self.timeZone = timeZone
    }

    /// From here on a signal to stop is a wish, and the work in hand is finished first.
    func finishWorkBeforeStopping() {
        if watchesSignals { interruption.watchSignals() }
    }

    /// Tells the person something, beside the answer.
    func tell(_ message: String) {
        statusLine.clear(on: errors)
        try? errors.write(message + "\n")
        try? errors.flush()
    }

    /// Tells what went wrong, on one line.
    func complain(_ message: String) {
        let line = message.split(whereSeparator: \.isNewline).joined(separator: " ")
        tell("\(Program.name): \(line)")
    }
}
