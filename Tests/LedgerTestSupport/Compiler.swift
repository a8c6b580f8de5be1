package import Foundation

/// The compiler, run on small programs that use a module which was just built.
package struct Compiler: Sendable {
    /// The folder of the repository.
    package static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    private static let modules =
        (try? FileManager.default.destinationOfSymbolicLink(
            atPath: "/proc/self/exe")).map {
            URL(filePath: $0).deletingLastPathComponent().appending(path: "Modules").path()
        } ?? ""

    /// What precedes the bodies: imports, and a function that is left open.
    private let head: String

    /// A compiler of programs that begin alike.
    package init(_ head: String) { self.head = head }

    /// Whether it has nothing to say about a body.
    package func accepts(_ body: String) -> Bool { (try? diagnose(body)) == [] }

    /// The errors at the line of a body that is marked by `// refused`.
    package func errorsAtMark(of body: String) throws -> [String] {
        let lines = (head + body).split(separator: "\n", omittingEmptySubsequences: false)
        guard let marked = lines.firstIndex(where: { $0.contains("// refused") }) else { return [] }
        return try diagnose(body).filter {
            $0.contains(" error: ") && $0.contains(":\(marked + 1):")
        }
    }

    /// The lines that the compiler prints about a function with this body.
    package func diagnose(_ body: String) throws -> [String] {
        let directory = try TemporaryDirectory()
        let file = directory.appending("program.swift")
        try (head + body + "\n}\n").write(toFile: file, atomically: true, encoding: .utf8)
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [
            "swiftc", "-frontend", "-emit-sil", "-o", "/dev/null", "-module-name", "Program",
            "-parse-as-library", "-swift-version", "6", "-package-name", Self.packageName,
            "-enable-upcoming-feature", "InternalImportsByDefault",
            "-diagnostic-style", "llvm", "-I", Self.modules, "-Xcc",
            "-fmodule-map-file=\(Self.root.path())Sources/CLedgerLMDB/module.modulemap", file,
        ]
        process.environment = ProcessInfo.processInfo.environment.merging(
            ["SWIFT_BACKTRACE": "enable=no"]) { $1 }
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    /// What SwiftPM calls the package towards the compiler: its directory, as an identifier.
    private static let packageName = String(
        root.lastPathComponent.lowercased().map { $0.isLetter || $0.isNumber ? $0 : "_" })
}
