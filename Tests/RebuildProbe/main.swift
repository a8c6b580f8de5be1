internal import AccountLedger
internal import Glibc
internal import Synchronization

// Rebuilds the views of a ledger, or the rows of a projection of it, and is killed on the way.
//
// Arguments: the ledger; `views` or `projection`; a stage; how often the stage is reached before.
let arguments = CommandLine.arguments
let stage = RebuildProgress.Stage(rawValue: arguments[3])
let left = Atomic(Int(arguments[4]) ?? 0)

let proceed: @Sendable (RebuildProgress) -> Bool = { step in
    guard step.stage == stage else { return true }
    if left.wrappingSubtract(1, ordering: .relaxed).newValue < 0 { kill(getpid(), SIGKILL) }
    return true
}

let options = RebuildOptions(recordsPerSecond: 1500)
do {
    let ledger = try Ledger.open(at: arguments[1], options: LedgerOptions(access: .readWrite))
    if arguments[2] == "views" {
        _ = try ledger.rebuildViews(options, progress: proceed)
    } else {
        try ledger.open(AccountUsers()).rebuild(options, progress: proceed)
    }
} catch {
    exit(1)
}
