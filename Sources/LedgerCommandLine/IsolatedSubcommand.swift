/// A subcommand that reads whatever a file has become, and so runs in a process of its own.
protocol IsolatedSubcommand: Subcommand {
    /// Whether it does so with the options given.
    var isIsolated: Bool { get }

    /// Whether it makes something that has a name, and so must not go on when its parent is gone.
    var publishes: Bool { get }

    /// Answers where damage stopped the process, by the name of the signal.
    func answer(stoppedBy signal: String, on console: Console) throws(CommandFailure) -> ExitStatus
}

extension IsolatedSubcommand {
    var isIsolated: Bool { true }
    var publishes: Bool { false }

    func answer(
        stoppedBy signal: String, on console: Console
    ) throws(CommandFailure) -> ExitStatus {
        throw CommandFailure(
            .broken, code: "damaged",
            "\(signal) stopped the process that read the ledger: the file is damaged, or memory or"
                + " disk ran out. Stop writing, keep the file, run verify, restore a backup.")
    }

    /// Runs a program that does the work, and passes its answer on.
    ///
    /// - Parameters:
    ///   - program: The path of this program.
    ///   - arguments: What this program was given.
    /// - Returns: How it ended.
    func runApart(
        _ program: String, _ arguments: [String], _ console: Console
    ) throws(CommandFailure) -> ExitStatus {
        let (ending, noise) = try CheckProcess(
            program, arguments, console, endsAtOnce: publishes
        ).run(console)
        // What LMDB had to say belongs below the answer.
        let lines = noise.split(whereSeparator: \.isNewline)
        defer { for line in lines { console.tell(String(line)) } }
        let status = try answer(ending, console)
        try console.output.flush()
        return status
    }

    private func answer(
        _ ending: CheckProcess.Ending, _ console: Console
    ) throws(CommandFailure) -> ExitStatus {
        switch ending {
        case .exited(let status, let answer):
            try console.output.write(answer)
            return status
        case .stopped(let signal):
            if console.isErrorTerminal { console.tell("") }
            if let name = CheckProcess.nameOfDamage(signal) {
                return try answer(stoppedBy: name, on: console)
            }
            guard CheckProcess.isWish(signal) else {
                throw CommandFailure(
                    .unusable, code: "checkEnded",
                    "Signal \(signal) ended the check, and not for what is in the file. Look for"
                        + " what sent it, such as a lack of memory, and run it again.")
            }
            throw .stopped("Stopped before the end; nothing was changed. Run it again.")
        }
    }
}

// The work of these ends with damage, and not with a finding that it is.
extension Diff: IsolatedSubcommand {}
extension Stat: IsolatedSubcommand {}
extension Rebuild: IsolatedSubcommand {
    var isIsolated: Bool { dryRun }
}
