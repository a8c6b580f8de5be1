internal import Foundation

// Writers and followers of one ledger in several processes, for tests and measurements:
//
//   FeedProbe --ledger DIR soak [SECONDS [USERS [WRITERS [FOLLOWERS]]]]
//   FeedProbe --ledger DIR latency [COUNT]
//   FeedProbe --ledger DIR write SECONDS USERS WRITERS SEED     (what `soak` starts)
//   FeedProbe --ledger DIR append COUNT                         (what `latency` starts)
//
// DIR is made where it is absent. It ends with 1 where a follower lost or repeated a change.

let asked = ProbeArguments(CommandLine.arguments)
switch asked.work {
case "soak":
    let soak = Soak(
        path: asked.path, seconds: asked.number(0, else: 60), users: asked.number(1, else: 10_000),
        writers: asked.number(2, else: 64), followers: asked.number(3, else: 100))
    exit(try await soak.run() ? 0 : 1)
case "write":
    let writing = Writing(
        path: asked.path, users: asked.number(1, else: 1), seed: UInt64(asked.number(3, else: 1)))
    try await writing.run(seconds: asked.number(0, else: 1), writers: asked.number(2, else: 1))
case "latency": try await Latency(path: asked.path).run(count: asked.number(0, else: 500))
case "append": try await Latency(path: asked.path).append(count: asked.number(0, else: 500))
default:
    FileHandle.standardError.write(Data("FeedProbe: see main.swift for what it takes\n".utf8))
    exit(2)
}

/// What the program was asked for.
struct ProbeArguments {
    let path: String
    let work: String
    private let numbers: [Int]

    /// Takes the arguments with the program's name: `--ledger`, a directory, a word, numbers.
    init(_ arguments: [String]) {
        path = arguments.count > 2 ? arguments[2] : ""
        work = arguments.count > 3 ? arguments[3] : ""
        numbers = arguments.dropFirst(4).compactMap { Int($0) }
    }

    /// A number, else the usual one.
    func number(_ index: Int, else usual: Int) -> Int {
        numbers.indices.contains(index) ? numbers[index] : usual
    }
}
