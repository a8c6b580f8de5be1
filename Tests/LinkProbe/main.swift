internal import AccountLedger
internal import Foundation

// Links grants in a new ledger, as a service does, while perf watches: `tools/link-time` runs it.
//
//     LinkProbe DIRECTORY CALLERS LINKS
//
// DIRECTORY must not exist. As many tasks as CALLERS link LINKS grants each, one after the other.
// That begins when `linking` has been written to the standard error, and ends with `linked`.

guard CommandLine.arguments.count == 4, let callers = Int(CommandLine.arguments[2]), callers > 0,
    let links = Int(CommandLine.arguments[3]), links > 0
else {
    FileHandle.standardError.write(Data("LinkProbe: see main.swift for what it takes\n".utf8))
    exit(2)
}
let linking = try Linking(in: CommandLine.arguments[1])
let states = try await linking.issue(callers * links)
FileHandle.standardError.write(Data("linking\n".utf8))
let start = ContinuousClock.now
try await withThrowingTaskGroup { group in
    for caller in 0..<callers {
        let own = states[(caller * links)..<((caller + 1) * links)]
        group.addTask { for state in own { try await linking.link(state) } }
    }
    try await group.waitForAll()
}
let seconds = (ContinuousClock.now - start) / .seconds(1)
FileHandle.standardError.write(Data("linked\n".utf8))
let rate = Int(Double(callers * links) / seconds)
try FileHandle.standardOutput.write(contentsOf: Data("\(rate) links a second\n".utf8))
linking.close()
