internal import Foundation
internal import LedgerDomain
internal import LedgerJournal
internal import LedgerStorage
internal import LedgerTestSupport
internal import Testing

@Suite("The signal that the log has grown", .timeLimit(.minutes(2)))
struct LogSignalTests {
    private let scratch: ScratchLog
    private let signal: LogSignal

    init() throws {
        scratch = try ScratchLog()
        signal = LogSignal(scratch.environment, scratch.log)
    }

    @Test("A commit resumes who waits, and nothing is looked at while nothing is written")
    func growth() async throws {
        let signal = signal
        let waiting = Task { await signal.wait(after: .start) }
        #expect(await eventually { signal.waiting == 1 && signal.isListening })
        try await Task.sleep(for: .milliseconds(400))
        let looks = signal.looks
        #expect(looks <= 2)
        try scratch.append(at: [Timestamp(seconds: 1)])
        await waiting.value
        #expect(signal.waiting == 0)
    }

    @Test("Who waits after a position that is passed already waits for nothing")
    func passed() async throws {
        try scratch.append(at: [Timestamp(seconds: 1)], each: 2)
        await signal.wait(after: Position(1))
        await signal.wait(after: .start)
        #expect(signal.waiting == 0)
    }

    @Test("Without the kernel's help a commit is seen all the same")
    func deaf() async throws {
        let signal = LogSignal(scratch.environment, scratch.log, listens: false)
        let waiting = Task { await signal.wait(after: .start) }
        #expect(await eventually { signal.waiting == 1 })
        try scratch.append(at: [Timestamp(seconds: 1)])
        await waiting.value
        signal.end()
    }

    @Test("A wait ends with its task, its moment, a call, and the signal")
    func ends() async throws {
        let signal = signal
        let cancelled = Task { await signal.wait(after: .start) }
        #expect(await eventually { signal.waiting == 1 })
        cancelled.cancel()
        await cancelled.value

        await signal.wait(after: .start, until: .now + .milliseconds(5))

        let number = signal.number()
        let called = Task { await signal.wait(after: .start, as: number) }
        #expect(await eventually { signal.waiting == 1 })
        signal.callOff(number)
        await called.value
        signal.callOff(number)
        await signal.wait(after: .start, as: number)

        let ended = Task { await signal.wait(after: .start) }
        #expect(await eventually { signal.waiting == 1 })
        signal.end()
        await ended.value
        await signal.wait(after: .start)
        #expect(await eventually { !signal.isListening })
    }

    @Test("Ten thousand who wait share one thread, and one look for each commit")
    func many() async throws {
        let (signal, scratch) = (signal, scratch)
        let threads = try threadCount()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<10_000 { group.addTask { await signal.wait(after: .start) } }
            let areWaiting = await eventually { signal.waiting == 10_000 }
            #expect(areWaiting)
            // The cooperative threads, and one of ours.
            let more = try threadCount() - threads
            #expect(more <= ProcessInfo.processInfo.activeProcessorCount + 2)
            let before = signal.looks
            try scratch.append(at: [Timestamp(seconds: 1)])
            try await group.waitForAll()
            #expect(signal.looks - before < 50)
        }
    }

    @Test("The thread ends when nobody has waited for a while, and starts anew")
    func idle() async throws {
        let signal = signal
        await signal.wait(after: .start, until: .now + .milliseconds(1))
        #expect(signal.isListening)
        #expect(await eventually { !signal.isListening })
        let waiting = Task { await signal.wait(after: .start) }
        #expect(await eventually { signal.waiting == 1 })
        try scratch.append(at: [Timestamp(seconds: 1)])
        await waiting.value
    }

    /// How many threads the process has.
    private func threadCount() throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").count
    }
}
