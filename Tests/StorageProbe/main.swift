internal import Glibc
internal import LedgerStorage

do throws(StorageError) {
    try Probe(path: CommandLine.arguments[1]).run(CommandLine.arguments.dropFirst(2))
} catch {
    Probe.answer("error \(error.code)")
    exit(1)
}
