internal import Foundation

/// A PostgreSQL server of its own for a test, on a free loopback port, stopped and removed at the
/// end.
final class PostgreSQLServer: Sendable {
    private static let binaries = "/usr/lib/postgresql/15/bin"
    /// How often another port is tried where one is taken.
    private static let attempts = 8

    private let directory: String
    private let port: Int
    private let server: Process

    init() throws {
        directory = "/var/tmp/account-ledger-postgresql-\(UUID().uuidString.lowercased())"
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: false)
        if geteuid() == 0 {
            try Tool.run("/bin/chown", ["postgres", directory])
        }
        let (initdb, arguments) = Self.asServerUser(
            "initdb",
            ["-D", directory + "/data", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-sync"])
        try Tool.run(initdb, arguments)
        (server, port) = try Self.start(in: directory)
    }

    deinit {
        // A fast shutdown: clients are sent away.
        server.interrupt()
        server.waitUntilExit()
        try? FileManager.default.removeItem(atPath: directory)
    }

    private static func start(in directory: String) throws -> (Process, Int) {
        for _ in 0..<attempts {
            let port = Int.random(in: 20_000..<60_000)
            let server = try launch(in: directory, port)
            while server.isRunning {
                if (try? query("SELECT 1", port)) != nil { return (server, port) }
                Thread.sleep(forTimeInterval: 0.05)
            }
        }
        throw ToolFailure(message: "PostgreSQL did not start on any of \(attempts) ports")
    }

    /// Starts the server as a child, not as a daemon, so that nothing outlives the test.
    private static func launch(in directory: String, _ port: Int) throws -> Process {
        let log = directory + "/log"
        _ = FileManager.default.createFile(atPath: log, contents: nil)
        let process = Process()
        let (path, arguments) = asServerUser(
            "postgres",
            [
                "-D", directory + "/data", "-p", String(port), "-c", "listen_addresses=127.0.0.1",
                "-c", "unix_socket_directories=", "-c", "fsync=off",
            ])
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: "/")
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle(forWritingAtPath: log)
        process.standardError = FileHandle(forWritingAtPath: log)
        try process.run()
        return process
    }

    /// Runs SQL and returns what it prints.
    @discardableResult
    func run(_ sql: String) throws -> Data {
        try Self.query(sql, port)
    }

    private static func query(_ sql: String, _ port: Int) throws -> Data {
        try Tool.run(
            binaries + "/psql",
            [
                "-h", "127.0.0.1", "-p", String(port), "-U", "postgres", "-X", "-q", "-A", "-t",
                "-v", "ON_ERROR_STOP=1", "-f", "-",
            ], input: Data(sql.utf8))
    }

    /// The server refuses to run as root; the program that changes the user becomes the server.
    private static func asServerUser(
        _ program: String, _ arguments: [String]
    ) -> (path: String, arguments: [String]) {
        let path = binaries + "/" + program
        guard geteuid() == 0 else { return (path, arguments) }
        let user = ["--reuid=postgres", "--regid=postgres", "--clear-groups", path]
        return ("/usr/bin/setpriv", user + arguments)
    }
}

/// Runs programs.
enum Tool {
    /// Runs a program to its end and returns its standard output; a program that fails is an error.
    @discardableResult
    static func run(_ path: String, _ arguments: [String], input: Data = Data()) throws -> Data {
        let scratch =
            FileManager.default.temporaryDirectory.path
            + "/account-ledger-tool-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: scratch, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: scratch) }
        try input.write(to: URL(fileURLWithPath: scratch + "/in"))
        for name in ["out", "err"] {
            _ = FileManager.default.createFile(atPath: scratch + "/" + name, contents: nil)
        }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: "/")
        process.standardInput = FileHandle(forReadingAtPath: scratch + "/in")
        process.standardOutput = FileHandle(forWritingAtPath: scratch + "/out")
        process.standardError = FileHandle(forWritingAtPath: scratch + "/err")
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            let errors = try String(contentsOfFile: scratch + "/err", encoding: .utf8)
            throw ToolFailure(message: "\(path) failed: \(errors)")
        }
        return try Data(contentsOf: URL(fileURLWithPath: scratch + "/out"))
    }
}

struct ToolFailure: Error, CustomStringConvertible {
    let message: String
    var description: String { message }
}
