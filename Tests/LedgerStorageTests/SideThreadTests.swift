internal import LedgerStorage
internal import Testing

@Suite("A thread beside its owner") struct SideThreadTests {
    private final class Token: Sendable {}

    @Test("works on its state in turn, and lends it when it is done")
    func turns() throws {
        let thread = try SideThread(name: "test", [Int]())
        for number in 0..<1000 {
            thread.begin { $0.append(number) }
            if number.isMultiple(of: 7) { #expect(thread.finish { $0.count } == number + 1) }
        }
        #expect(thread.finish { $0 } == Array(0..<1000))
    }

    @Test("has let go of the work, and of what it held, when its owner has waited for its end")
    func released() throws {
        let thread = try SideThread(name: "test", ())
        var left = 0
        for _ in 0..<20_000 {
            weak let held = begin(on: thread)
            thread.finish { _ in }
            if held != nil { left += 1 }
        }
        #expect(left == 0)
    }

    /// Only the work holds the token.
    @inline(never)
    private func begin(on thread: SideThread<Void>) -> Token? {
        let token = Token()
        thread.begin { _ in withExtendedLifetime(token) {} }
        return token
    }
}
