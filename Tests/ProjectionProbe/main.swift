internal import AccountLedger
internal import Foundation
internal import LedgerProjections
internal import LedgerTestSupport

// A process of its own that keeps the same projections as a test: for each line on the standard
// input it applies what the log has, and answers with where the rows stand and their digests.
//
//     ProjectionProbe --ledger DIRECTORY
do {
    var options = LedgerOptions(access: .readWrite)
    options.mapSize = 1 << 30
    let ledger = try Ledger.open(at: CommandLine.arguments[2], options: options)
    let rows = try KeptEditions(ledger)
    while readLine() != nil {
        try rows.catchUp()
        try FileHandle.standardOutput.write(contentsOf: Data((try rows.digests() + "\n").utf8))
    }
} catch {
    try FileHandle.standardOutput.write(contentsOf: Data("error \(error)\n".utf8))
    exit(1)
}
