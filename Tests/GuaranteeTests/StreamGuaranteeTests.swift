internal import AccountLedger
internal import Foundation
internal import LedgerTestSupport
internal import Testing

/// The promise: the command line gets on with whatever its streams are connected to.
@Suite struct StreamGuaranteeTests {
    private let directory: TemporaryDirectory
    private var path: String { directory.appending("ledger") }

    init() throws { directory = try TemporaryDirectory() }

    /// Runs a line of the shell in which `"$@"` is the program on the ledger.
    private func shell(_ line: String) throws -> (status: Int32, errors: String) {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/bash")
        process.arguments =
            ["-o", "pipefail", "-c", line, "bash", ChildProcess.program, "--ledger", path]
        let errors = Pipe()
        process.standardError = errors
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let text = try errors.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: text, as: UTF8.self))
    }

    private func fill(_ count: Int) async throws {
        try await Ledger.fill(path, count)
    }

    @Test("Input that is set not to wait is waited for", .timeLimit(.minutes(1)))
    func nonBlockingInput() async throws {
        let child = try ChildProcess(path, ["apply"], isInputNonBlocking: true)
        let ending = try await onOwnThread {
            for number in 0..<5 {
                child.send([try CommandLineText.issue("u\(number)")])
                #expect(child.line() != nil)
            }
            return child.finish()
        }
        #expect(ending.status == 0, "\(ending.errors)")
    }

    @Test("A reader that has enough ends the program without a word", .timeLimit(.minutes(1)))
    func head() async throws {
        try await fill(2000)
        let plain = try shell(
            #"env --default-signal=PIPE "$@" export | head -n 1 >"$3.out""#)
        #expect(plain.errors == "")
        #expect(plain.status == 128 + SIGPIPE)
        let ignored = try shell(#"trap '' PIPE; "$@" export | head -n 1 >"$3.out""#)
        #expect(ignored.errors == "")
        #expect(ignored.status == 4)
    }

    @Test(
        "Streams that are closed do no harm, and are told of",
        .timeLimit(.minutes(1)), arguments: ["stat", "stat --json", "accounts --user u1"])
    func closed(command: String) async throws {
        try await fill(10)
        let before = FileTree(path)["data.mdb"]
        for missing in [">&-", "<&- >&-"] {
            let run = try shell(#""$@" \#(command) \#(missing)"#)
            #expect(run.status == 2)
            // Anything else was said of a file that had taken the place of the stream.
            #expect(run.errors.contains("standard output: Bad file descriptor. It is closed"))
        }
        #expect(try shell(#""$@" \#(command) <&- >&- 2>&-"#).status == 2)
        #expect(FileTree(path)["data.mdb"] == before)
    }

    @Test("An answer that was not written leaves the ledger whole", .timeLimit(.minutes(1)))
    func closedWhileWriting() async throws {
        try await fill(10)
        let line = #"{"command":"revoke","grant":"g1"}"#
        let run = try shell(#"echo '\#(line)' | "$@" apply <&0 >&-"#)
        #expect(run.status == 2)
        #expect(run.errors.contains("standard output: Bad file descriptor. It is closed"))
        #expect(try ChildProcess.run(path, ["verify"]).status == 0)
    }
}
