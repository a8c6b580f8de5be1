internal import Foundation

/// Another process that works on an environment, step by step; see `Probe`.
final class ProbeProcess {
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private var pending: [UInt8] = []

    /// Starts the process.
    ///
    /// - Parameters:
    ///   - path: the environment's directory.
    ///   - steps: what to do.
    ///   - wrapper: a program and its arguments that run the probe, such as unshare(1).
    ///   - variables: to add to the environment of the process.
    init(
        _ path: String,
        _ steps: String,
        through wrapper: [String] = [],
        variables: [String: String] = [:]
    ) throws {
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let probe = URL(filePath: own).deletingLastPathComponent().appending(path: "StorageProbe")
        let command = wrapper + [probe.path(), path] + steps.split(separator: " ").map(String.init)
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = command
        process.environment = ProcessInfo.processInfo.environment.merging(variables) { $1 }
        process.standardInput = input
        process.standardOutput = output
        try process.run()
    }

    deinit {
        kill()
        process.waitUntilExit()
    }

    /// Waits for the next line that the process prints; nil when it has ended.
    func line() -> String? {
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

    /// Waits until the process waits, and answers the lines that it printed before.
    func untilWaiting() -> [String] {
        var lines: [String] = []
        while let line = line(), line != "waiting" { lines.append(line) }
        return lines
    }

    /// Lets a process that waits go on.
    func proceed() { input.fileHandleForWriting.write(Data("\n".utf8)) }

    /// Waits for the end and answers the lines that are left.
    func finish() -> [String] {
        var lines: [String] = []
        while let line = line() { lines.append(line) }
        process.waitUntilExit()
        return lines
    }

    /// Waits for the end and answers the exit status.
    func untilEnd() -> Int32 {
        process.waitUntilExit()
        return process.terminationStatus
    }

    /// Ends the process as a crash would: it cannot clean up.
    func kill() {
        if process.isRunning { Foundation.kill(process.processIdentifier, SIGKILL) }
    }

    /// Kills the process and waits until it is gone.
    func killAndWait() {
        kill()
        process.waitUntilExit()
    }

    /// The identifier of the process.
    var identifier: Int32 { process.processIdentifier }

    /// A wrapper that leaves a process 50 GB of address space.
    static let inLimitedSpace = ["sh", "-c", "ulimit -v 50000000; exec \"$@\"", "-"]

    /// Runs a command to its end and answers its exit status.
    @discardableResult
    static func run(_ command: [String]) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = command
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }
}

/// What the machine lets tests do.
enum Machine {
    /// Whether a process may have mounts and process identifiers of its own.
    static let hasNamespaces = (try? ProbeProcess.run(["unshare", "-rmpf", "true"])) == 0
    /// Whether a process fits into limited address space; with a sanitizer it does not.
    static let fitsIntoLimitedSpace =
        (try? ProbeProcess("/dev/null", "fault none", through: ProbeProcess.inLimitedSpace)
            .untilEnd()) == 0
    /// Whether this is the superuser, whom modes do not stop.
    static let isSuperuser = geteuid() == 0
}
