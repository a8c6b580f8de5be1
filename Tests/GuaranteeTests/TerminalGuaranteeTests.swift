internal import Foundation
internal import LedgerTestSupport
internal import Testing

/// The promise: a terminal that was taken for its keys is given back as it was.
@Suite struct TerminalGuaranteeTests {
    /// Runs the program on a terminal of its own, and tells of the terminal and of the end.
    ///
    /// Arguments: what ends it, a number of a signal or text that is typed; then the program.
    private static let driver = """
        import fcntl, os, pty, select, signal, sys, termios, time
        end, program = sys.argv[1], sys.argv[2:]
        main, terminal = pty.openpty()
        keys = lambda: termios.tcgetattr(terminal)
        before = keys()
        child = os.fork()
        if child == 0:
            os.setsid()
            fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)
            signal.pthread_sigmask(signal.SIG_SETMASK, [])
            for number in range(3): os.dup2(terminal, number)
            os.execvp(program[0], program)
        shown = b""
        def show_until(text):
            global shown
            while text not in shown:
                if not select.select([main], [], [], 60)[0]: sys.exit("nothing is shown")
                shown += os.read(main, 65536)
        show_until(b"q quit")
        print("keys at once" if not keys()[3] & (termios.ICANON | termios.ECHO) else "lines")
        shown = b""
        os.write(main, b" ")
        show_until(b"Step 2 of 3")
        code = None
        def wait():
            global code
            pid, status = os.waitpid(child, os.WNOHANG)
            if pid: code = os.waitstatus_to_exitcode(status)
        if end == "twice":
            # What it shows is not read from here on, so that it cannot come to its end by itself.
            os.set_blocking(main, False)
            while select.select([], [main], [], 0.5)[1]: os.write(main, b"b ")
            while code is None:
                os.kill(child, signal.SIGINT)
                time.sleep(0.1)
                wait()
        elif end.isdigit(): os.kill(child, int(end))
        else: os.write(main, end.encode())
        # What it writes at its end must not keep it waiting.
        while code is None:
            if select.select([main], [], [], 0.02)[0]: os.read(main, 65536)
            wait()
        print("as before" if keys() == before else "changed")
        print(code)
        """

    private func run(_ ledger: String, end: String) throws -> [String] {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments =
            ["python3", "-c", Self.driver, end, ChildProcess.program, "--ledger", ledger]
            + ["replay", "--watch", "--user", "ada"]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    @Test(
        "Watching gives the terminal back, whether a key, Control-C or a signal ends it",
        .timeLimit(.minutes(2)),
        arguments: [
            ("q", 0), ("\u{3}", 4), ("\(SIGTERM)", 4), ("\(SIGINT)", 4), ("\(SIGHUP)", -1),
            ("twice", -2),
        ])
    func givenBack(end: String, code: Int) async throws {
        let directory = try TemporaryDirectory()
        let path = directory.appending("ledger")
        let child = try ChildProcess(path, ["apply"])
        let lines = try await onOwnThread {
            for _ in 0..<3 {
                child.send([try CommandLineText.issue("ada")])
                #expect(child.line() != nil)
            }
            _ = child.finish()
            return try run(path, end: end)
        }
        #expect(lines == ["keys at once", "as before", "\(code)"])
    }
}
