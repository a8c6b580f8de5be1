internal import Foundation
internal import Synchronization

/// The command line in a process of its own.
final class ChildProcess: Sendable {
    /// The process; it is started once, and only asked for its end afterwards.
    private let process: Process
    private let input = Pipe()
    private let output = Pipe()
    private let errors = Pipe()
    private let pending = Mutex<[UInt8]>([])

    /// The program, which is built into the directory of the tests.
    static let program = built("account-ledger")

    /// A program that is built into the directory of the tests.
    static func built(_ name: String) -> String {
        URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
            .deletingLastPathComponent().appending(path: name).path()
    }

    /// Starts the program on a ledger.
    ///
    /// - Parameters:
    ///   - program: Another program that takes a ledger likewise.
    ///   - wrapper: A program and its arguments that run this one, such as unshare(1).
    ///   - variables: To add to the environment of the process.
    ///   - isInputNonBlocking: Whether reading from an empty input fails instead of waiting.
    init(
        _ ledger: String, _ arguments: [String], program: String = ChildProcess.program,
        through wrapper: [String] = [], variables: [String: String] = [:],
        isInputNonBlocking: Bool = false
    ) throws {
        if isInputNonBlocking {
            _ = fcntl(input.fileHandleForReading.fileDescriptor, F_SETFL, O_NONBLOCK)
        }
        process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = wrapper + [program, "--ledger", ledger] + arguments
        process.environment = ProcessInfo.processInfo.environment.merging(variables) { $1 }
        process.standardInput = input
        process.standardOutput = output
        process.standardError = errors
        // A child that is killed takes its pipe with it; writing into it must not end the tests.
        _ = signal(SIGPIPE, SIG_IGN)
        try process.run()
    }

    deinit {
        if process.isRunning { Foundation.kill(process.processIdentifier, SIGKILL) }
        process.waitUntilExit()
    }

    /// Writes lines; false where the process is gone.
    @discardableResult
    func send(_ lines: [String]) -> Bool {
        let bytes = Data(lines.map { $0 + "\n" }.joined().utf8)
        return (try? input.fileHandleForWriting.write(contentsOf: bytes)) != nil
    }

    /// Ends the input.
    func closeInput() { try? input.fileHandleForWriting.close() }

    /// Waits for the next whole line that the process writes; none when it has ended.
    func line() -> String? {
        pending.withLock { pending in
            while true {
                if let end = pending.firstIndex(of: 0x0A) {
                    let line = String(decoding: pending[..<end], as: UTF8.self)
                    pending.removeFirst(end + 1)
                    return line
                }
                let bytes = output.fileHandleForReading.availableData
                if bytes.isEmpty { return nil }
                pending += bytes
            }
        }
    }

    /// What is left of a process that has ended.
    struct Ending: Sendable {
        let status: Int32
        let lines: [String]
        let errors: String
    }

    /// Ends the input, and waits for the end of the process.
    func finish() -> Ending {
        closeInput()
        var lines: [String] = []
        while let line = line() { lines.append(line) }
        let errors = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return Ending(
            status: process.terminationStatus, lines: lines,
            errors: String(decoding: errors, as: UTF8.self))
    }

    /// The number of the process.
    var identifier: Int32 { process.processIdentifier }

    /// Ends the process as a crash would: it cannot clean up.
    func kill() { Foundation.kill(process.processIdentifier, SIGKILL) }

    /// Asks the process to end.
    func terminate() { process.terminate() }

    /// Runs the program on some lines to its end.
    static func run(
        _ ledger: String, _ arguments: [String], lines: [String] = [],
        through wrapper: [String] = [], variables: [String: String] = [:]
    ) throws -> Ending {
        let child = try ChildProcess(ledger, arguments, through: wrapper, variables: variables)
        child.send(lines)
        return child.finish()
    }

    /// Runs another program to its end; answers its status.
    static func status(of command: [String]) -> Int32? {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = command
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return nil }
        process.waitUntilExit()
        return process.terminationStatus
    }
}

/// What the machine lets tests do.
enum Machine {
    /// Whether a process may have mounts of its own.
    static let hasNamespaces = ChildProcess.status(of: ["unshare", "-rm", "true"]) == 0
    /// Whether a library can be put before that of C.
    static let hasCompiler = ChildProcess.status(of: ["cc", "--version"]) == 0
}
