internal import Foundation

/// Writes a line to standard output.
func say(_ line: String) {
    FileHandle.standardOutput.write(Data((line + "\n").utf8))
}

/// Numbers of which some ranks are wanted.
struct Spread: Sendable {
    private var values: [Int] = []

    mutating func add(_ value: Int) { values.append(value) }

    mutating func add(_ other: Spread) { values += other.values }

    var count: Int { values.count }

    /// The median, the 99th of a hundred, and the greatest.
    var text: String {
        guard !values.isEmpty else { return "-" }
        let sorted = values.sorted()
        return "p50 \(sorted[sorted.count / 2]), p99 \(sorted[sorted.count * 99 / 100]), max "
            + "\(sorted[sorted.count - 1])"
    }
}

/// How long the file of a ledger is, in bytes that are used.
func fileSize(_ path: String) -> Int {
    let attributes = try? FileManager.default.attributesOfItem(atPath: "\(path)/data.mdb")
    return attributes?[.size] as? Int ?? 0
}

/// A process of this program.
func startProbe(_ path: String, _ arguments: [String]) throws -> Process {
    let process = Process()
    process.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    process.arguments = ["--ledger", path] + arguments
    try process.run()
    return process
}

/// Waits for the end of a process, and answers its status.
func end(of process: Process) async -> Int32 {
    await withCheckedContinuation { continuation in
        Thread.detachNewThread {
            process.waitUntilExit()
            continuation.resume(returning: process.terminationStatus)
        }
    }
}
