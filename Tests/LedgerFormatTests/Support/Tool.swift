internal import Foundation
internal import Testing

/// A program outside this package that judges what the package writes.
struct Tool {
    /// What a run of a program gave.
    struct Run {
        var status: Int32
        var output: [UInt8]
        var text: String { String(decoding: output, as: UTF8.self) }
    }

    let executable: URL

    /// The protocol buffer compiler; Debian has it in the package protobuf-compiler.
    static func protoc() throws -> Tool {
        try Tool(onPath: "protoc", package: "protobuf-compiler")
    }

    /// The program that digests; Debian has it in the package coreutils.
    static func sha256sum() throws -> Tool {
        try Tool(onPath: "sha256sum", package: "coreutils")
    }

    /// The validator of JSON Schemas that comes with this package, on Python and its jsonschema.
    static func validator() throws -> Tool {
        _ = try Tool(onPath: "python3", package: "python3-jsonschema")
        return Tool(executable: PackageFiles.root.appending(path: "tools/validate-schemas"))
    }

    private init(executable: URL) {
        self.executable = executable
    }

    private init(onPath name: String, package: String) throws {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let places = path.split(separator: ":").map {
            URL(filePath: String($0)).appending(path: name)
        }
        executable = try #require(
            places.first {
                FileManager.default.isExecutableFile(atPath: $0.path(percentEncoded: false))
            },
            "\(name) is not on PATH; install it: apt-get install \(package)")
    }

    /// Runs the program on some input; what it says on standard error is in the output too.
    func run(_ arguments: [String], input: [UInt8]) throws -> Run {
        let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).input")
        try Data(input).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let process = Process()
        process.executableURL = executable
        process.arguments = arguments
        process.standardInput = try FileHandle(forReadingFrom: file)
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return Run(status: process.terminationStatus, output: Array(data))
    }
}
