/// Something that a thread of its own works out, beside whoever waits for it.
package final class SideThread<Result: Sendable>: Sendable {
    private let result: Monitor<Result?>

    /// Starts the thread.
    ///
    /// - Parameters:
    ///   - name: Of the thread; the first 15 bytes are shown by the system.
    ///   - body: What it does.
    package init(
        name: String, _ body: @escaping @Sendable () -> Result
    ) throws(StorageError) {
        let result = Monitor(Result?.none)
        self.result = result
        let thread = ThreadTask(name: name) {
            let made = body()
            result.change { $0 = made }
        }
        _ = try thread.start()
    }

    /// Waits for the thread, and answers what it made.
    package func wait() -> Result {
        while true {
            let made = result.when({ $0 != nil }, { $0 })
            if let made { return made }
        }
    }
}
