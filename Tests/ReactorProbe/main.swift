internal import AccountLedger
internal import Foundation

// A service with a reactor, for tests that kill it: ReactorProbe LEDGER OUTBOX BATCH.
//
// It makes the directory OUTBOX.PROCESS once it has opened the reactor. Each effect is a line in
// the file OUTBOX: position, attempt. Records of a user whose name begins with "bad" are parked for
// as long as the file OUTBOX.bad exists.

let arguments = CommandLine.arguments
let ledger = try Ledger.open(at: arguments[1], options: LedgerOptions(access: .readWrite))
var options = ReactorOptions()
options.interval = .milliseconds(5)
options.recordsPerCheckpoint = Int(arguments[3]) ?? 1
let open = try ledger.open(FileReactor(path: arguments[2]), from: .beginning, options: options)
try FileManager.default.createDirectory(
    atPath: "\(arguments[2]).\(ProcessInfo.processInfo.processIdentifier)",
    withIntermediateDirectories: false)
try await open.run()

/// A reactor whose effects are lines in a file.
struct FileReactor: Reactor {
    let name = "probe"
    let handles: Set<EventKind> = [.stateIssued]
    let ignores = Set(EventKind.allCases).subtracting([.stateIssued])
    let path: String

    func react(to delivery: Delivery) async throws {
        let record = delivery.record
        if record.user.text.hasPrefix("bad"), FileManager.default.fileExists(atPath: path + ".bad")
        {
            throw DeliveryFailure.park("bad")
        }
        let file = try FileHandle(forWritingTo: URL(filePath: path))
        try file.seekToEnd()
        try file.write(contentsOf: Data("\(record.position) \(delivery.attempt)\n".utf8))
        try file.close()
    }
}
