internal import AccountLedger
internal import Foundation

// Goes the hot paths of a new ledger, each a number of times between two boundaries, so that
// valgrind can count the instructions of each. `tools/instructions` runs it and compares.
//
//     InstructionProbe DIRECTORY
//
// DIRECTORY must not exist. Each line of the output names a path and how often it was gone, in the
// order of the boundaries.

guard CommandLine.arguments.count == 2 else {
    FileHandle.standardError.write(Data("InstructionProbe: give it a directory to make\n".utf8))
    exit(2)
}
let directory = CommandLine.arguments[1]
OneThread().run {
    do {
        for (name, count) in try await HotPaths.goAll(in: directory) {
            try FileHandle.standardOutput.write(contentsOf: Data("\(name) \(count)\n".utf8))
        }
    } catch {
        FileHandle.standardError.write(Data("InstructionProbe: \(error)\n".utf8))
        exit(1)
    }
}
