internal import Foundation
internal import LedgerStorage
internal import Synchronization

/// This program once more, in a process of its own that checks a ledger.
///
/// A map of a damaged file can end the process that reads it: SIGBUS behind its end, an assertion
/// of LMDB on a page that is none. The child does all the reading, and its end by a signal is an
/// answer.
struct CheckProcess {
    /// The variable that tells the child what it is; hidden, because nobody else sets it.
    static let variable = "ACCOUNT_LEDGER_CHECKS_FOR_PARENT"

    /// What the child knows of its parent.
    struct Role {
        /// Whether the answer is shown on a terminal.
        let isForTerminal: Bool
        let parent: Int32
        /// Whether the child is killed when the parent is gone, and not asked to stop.
        let endsAtOnce: Bool

        init(isForTerminal: Bool, endsAtOnce: Bool) {
            self.isForTerminal = isForTerminal
            self.endsAtOnce = endsAtOnce
            parent = getpid()
        }

        /// Reads the variable.
        init?(_ text: String) {
            let words = text.split(separator: " ")
            guard 2...3 ~= words.count, let parent = Int32(words[1]) else { return nil }
            isForTerminal = words[0] == "terminal"
            self.parent = parent
            endsAtOnce = words.count == 3 && words[2] == "at-once"
        }

        fileprivate var text: String {
            let place = isForTerminal ? "terminal" : "pipe"
            return "\(place) \(parent)" + (endsAtOnce ? " at-once" : "")
        }
    }

    private static let scratchPrefix = "account-ledger-check-"

    /// How the child ended.
    enum Ending {
        /// It exited, having written an answer.
        case exited(ExitStatus, answer: String)
        /// A signal ended it.
        case stopped(signal: Int32)
    }

    private let process = Process()
    private let output = Pipe()
    private let noise = Pipe()
    private let scratch: URL

    init(_ program: String, _ arguments: [String], _ console: Console, endsAtOnce: Bool) {
        let role = Role(isForTerminal: console.isOutputTerminal, endsAtOnce: endsAtOnce)
        scratch = FileManager.default.temporaryDirectory.appending(
            path: Self.scratchPrefix + UUID().uuidString.lowercased())
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.environment = console.environment.merging([
            Self.variable: role.text,
            "SWIFT_BACKTRACE": "enable=no",
        ]) { $1 }
        // What the child has to tell goes straight to our standard error; what LMDB and the runtime
        // write when they stop it is kept apart.
        process.standardInput = FileHandle(
            fileDescriptor: dup(STDERR_FILENO), closeOnDealloc: true)
        process.standardOutput = output
        process.standardError = noise
    }

    /// Runs the child to its end.
    ///
    /// - Returns: How it ended, and what was written on its standard error.
    func run(_ console: Console) throws(CommandFailure) -> (ending: Ending, noise: String) {
        // Where it cannot be made the child has the usual place: being apart matters more.
        if (try? makeScratch()) != nil { process.environment?["TMPDIR"] = scratch.path }
        // What a stopped child leaves behind is gone with the directory.
        defer { try? FileManager.default.removeItem(at: scratch) }
        let process = process
        do { try SignalMask.lifted { try process.run() } } catch {
            throw CommandFailure(
                .unusable, code: "checkNotStarted",
                "The process that reads the ledger could not be started, and a damaged file could"
                    + " end this one. See that processes, memory and open files are not at their"
                    + " limit, and that /proc is mounted.")
        }
        // Not before: a child begins with the signals ignored that its parent ignores.
        console.finishWorkBeforeStopping()
        console.interruption.onRequest { process.terminate() }
        defer { console.interruption.onRequest(nil) }
        let noise = Text(readingInBackground: noise.fileHandleForReading)
        let answer = Text(readingInBackground: output.fileHandleForReading)
        let texts = (answer: answer.untilEnd(), noise: noise.untilEnd())
        process.waitUntilExit()
        guard process.terminationReason == .exit else {
            return (.stopped(signal: process.terminationStatus), texts.noise)
        }
        let status = ExitStatus(rawValue: process.terminationStatus) ?? .unusable
        return (.exited(status, answer: texts.answer), texts.noise)
    }

    private func makeScratch() throws {
        try FileManager.default.createDirectory(
            at: scratch, withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o700])
    }

    /// Ends the child when the parent is gone, whatever has ended that, and leaves nothing behind.
    static func endWithParent(_ role: Role, _ interruption: Interruption) {
        let parent = role.parent
        if role.endsAtOnce, !ParentProcess.endsThisProcess(parent) {
            _exit(ExitStatus.stopped.rawValue)
        }
        // A check may end by itself before it is noticed that nobody waits for it any more.
        atexit { CheckProcess.removeOwnScratch() }
        Thread.detachNewThread {
            while getppid() == parent { Thread.sleep(forTimeInterval: 0.1) }
            removeOwnScratch()
            // So that it gives up its place among the readers, if it comes to that.
            interruption.request()
            Thread.sleep(forTimeInterval: 2)
            _exit(ExitStatus.stopped.rawValue)
        }
    }

    /// Removes the scratch directory that the parent made for this process.
    private static func removeOwnScratch() {
        let scratch = FileManager.default.temporaryDirectory
        guard scratch.lastPathComponent.hasPrefix(scratchPrefix) else { return }
        try? FileManager.default.removeItem(at: scratch)
    }

    /// The name of a signal that damage can cause; none for others.
    static func nameOfDamage(_ signal: Int32) -> String? {
        switch signal {
        case SIGBUS: "SIGBUS"
        case SIGSEGV: "SIGSEGV"
        case SIGABRT: "SIGABRT"
        case SIGILL: "SIGILL"
        case SIGTRAP: "SIGTRAP"
        case SIGFPE: "SIGFPE"
        default: nil
        }
    }

    /// Whether somebody sent the signal to end the work.
    static func isWish(_ signal: Int32) -> Bool {
        [SIGINT, SIGTERM, SIGHUP].contains(signal)
    }
}

/// All that a pipe brings, read by a thread of its own.
private final class Text: Sendable {
    private let bytes = Mutex(Data())
    private let end = DispatchSemaphore(value: 0)

    init(readingInBackground file: FileHandle) {
        DispatchQueue(label: "pipe").async { [self] in
            let read = (try? file.readToEnd()) ?? nil
            bytes.withLock { $0 = read ?? Data() }
            end.signal()
        }
    }

    func untilEnd() -> String {
        end.wait()
        return bytes.withLock { String(decoding: $0, as: UTF8.self) }
    }
}
