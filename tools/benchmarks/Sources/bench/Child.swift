internal import Foundation
internal import Peers

/// A program that is run and watched.
struct Child {
    /// What a run took.
    struct Run {
        let seconds: Double
        /// The most memory of its own that the program and those it started had at once; files that
        /// are mapped do not count.
        let megabytes: Double
    }

    /// Runs a program to its end, and refuses one that fails; what it prints is dropped.
    static func run(_ program: String, _ arguments: [String]) throws -> Run {
        let process = try start(program, arguments)
        let start = peer_clock()
        var peak = 0.0
        while process.isRunning {
            peak = max(peak, megabytes(of: process.processIdentifier))
            usleep(2000)
        }
        let seconds = peer_clock() - start
        process.waitUntilExit()
        guard process.terminationReason == .exit, process.terminationStatus == 0 else {
            throw Failure("\(program) \(arguments.joined(separator: " ")) failed")
        }
        return Run(seconds: seconds, megabytes: peak)
    }

    /// Starts a program whose standard output is dropped.
    static func start(_ program: String, _ arguments: [String]) throws -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        do { try process.run() } catch { throw Failure("cannot run \(program): \(error)") }
        return process
    }

    private static func megabytes(of process: Int32) -> Double {
        let own = Machine.megabytes(of: "RssAnon", in: "/proc/\(process)/status")
        return own + children(of: process).map(megabytes).reduce(0, +)
    }

    /// The kernel lists children by the thread that started them.
    private static func children(of process: Int32) -> [Int32] {
        let threads = "/proc/\(process)/task"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: threads)) ?? []
        return names.flatMap { thread in
            let list = try? String(
                contentsOfFile: "\(threads)/\(thread)/children", encoding: .utf8)
            return (list ?? "").split(separator: " ").compactMap { Int32($0) }
        }
    }
}
