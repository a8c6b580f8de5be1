internal import Foundation

/// A program of `tools` that judges what the package writes.
enum Script {
    /// Runs it to its end; what it says on standard error is in the output too.
    static func run(
        _ name: String, _ arguments: [String]
    ) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "\(repository)/tools/\(name)")
        process.arguments = arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let found = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: found, as: UTF8.self))
    }
}
