internal import Foundation

// Whether what is hidden can be told from what does not exist by how long the answer takes:
//
//   AccessProbe --ledger DIR answers [SAMPLES [ORGANISATIONS]]    decisions and reads
//   AccessProbe --ledger DIR commands [SAMPLES [ORGANISATIONS]]   commands, with their commits
//
// DIR is made, and has to be absent. It ends with 1 where an answer differs, or where the
// difference that has to be found is not; what it measured is for the reader to judge. A command
// that is carried out is given to each organisation once.

let arguments = CommandLine.arguments
let numbers = arguments.dropFirst(4).compactMap { Int($0) }
let measurement = Measurement(
    path: arguments.count > 2 ? arguments[2] : "", samples: numbers.first ?? 10_000,
    organisations: numbers.count > 1 ? numbers[1] : 5000)
switch arguments.count > 3 ? arguments[3] : "" {
case "answers": exit(try await measurement.answers() ? 0 : 1)
case "commands": exit(try await measurement.commands() ? 0 : 1)
default:
    FileHandle.standardError.write(Data("AccessProbe: see main.swift for what it takes\n".utf8))
    exit(2)
}
