internal import Foundation
internal import Glibc
internal import LedgerStorage

/// A process of its own that tests steer: it does the steps named by its arguments, one by one.
///
/// Each step that answers something prints a line. A step that fails ends the process with the line
/// `error CODE`; in `try STEP,ARGUMENT,...` the error is printed and the process goes on.
///
///     open ACCESS | open-exclusive ACCESS | close | reopen | check-readers | copy DIRECTORY
///     put KEY VALUE | get KEY | count | last | fill COUNT SIZE
///     reading | writing        do the steps that follow inside a transaction
///     wait                     print "waiting" and wait for a line on the standard input
///     ballast BYTES            make a file of this length beside the directory
///     fork                     do the steps that follow in a forked child
///     fault KIND               make system calls fail, see FaultInjection
///     user NUMBER              become another user
///     map-size BYTES           for the openings that follow
struct Probe {
    static let definitions = [
        TableDefinition(name: "events"),
        TableDefinition(name: "index", kind: .appendOnlyDuplicates),
        TableDefinition(name: "other"),
    ]

    let path: String
    var options = EnvironmentOptions()
    var environment: Environment?

    init(path: String) { self.path = path }

    func run(_ steps: ArraySlice<String>) throws(StorageError) {
        var probe = self
        var rest = steps
        while let step = rest.popFirst() {
            if try probe.runScope(step, &rest) { return }
            if step == "try", let tried = rest.popFirst() {
                var words = ArraySlice(tried.split(separator: ",").map(String.init))
                do throws(StorageError) {
                    try probe.perform(words.popFirst() ?? "", &words)
                } catch {
                    Self.answer("error \(error.code)")
                }
            } else {
                try probe.perform(step, &rest)
            }
        }
    }

    /// - Returns: whether the step was a transaction, in which the rest has been done.
    private func runScope(
        _ step: String,
        _ rest: inout ArraySlice<String>
    ) throws(StorageError) -> Bool {
        let steps = rest
        switch step {
        case "reading":
            try opened().read { (snapshot) throws(StorageError) in
                _ = try snapshot.entryCount(in: opened().tables[0])
                try run(steps)
            }
        case "writing":
            try opened().write { (transaction) throws(StorageError) in
                try transaction.put(key: [0], value: [0], in: opened().tables[0])
                try run(steps)
            }
        default:
            return false
        }
        return true
    }

    private mutating func perform(
        _ step: String,
        _ rest: inout ArraySlice<String>
    ) throws(StorageError) {
        switch step {
        case "open": try open(rest.popFirst())
        case "open-exclusive":
            options.exclusive = true
            try open(rest.popFirst())
        case "map-size": options.mapSize = rest.popFirst().flatMap { Int($0) } ?? 0
        case "close": environment?.close()
        case "reopen": try opened().reopen()
        case "check-readers": Self.answer("dead \(try opened().checkReaders())")
        case "grow": try opened().growMap()
        case "copy": try opened().copy(to: rest.popFirst() ?? "")
        case "put": try put(rest.popFirst() ?? "", rest.popFirst() ?? "")
        case "get": try get(rest.popFirst() ?? "")
        case "count": try count()
        case "last": Self.answer("last \(try opened().statistics().lastTransaction)")
        case "fill": try fill(number(&rest), size: number(&rest))
        default: performOutside(step, &rest)
        }
    }

    /// Steps that concern the process and not the environment.
    private func performOutside(_ step: String, _ rest: inout ArraySlice<String>) {
        switch step {
        case "wait":
            Self.answer("waiting")
            _ = readLine()
        case "fault":
            try? (rest.popFirst() ?? "").write(toFile: faultFile, atomically: true, encoding: .utf8)
        case "ballast":
            let bytes = Data(repeating: 1, count: number(&rest))
            try? bytes.write(to: URL(filePath: path).appending(path: "../ballast"))
        case "fork": continueInForkedChild()
        case "user": _ = setuid(uid_t(number(&rest)))
        default:
            Self.answer("unknown step \(step)")
            exit(2)
        }
    }

    /// Forks, which Swift does not offer; the child goes on, the parent ends as the child does.
    private func continueInForkedChild() {
        typealias Fork = @convention(c) () -> pid_t
        guard let symbol = unsafe dlsym(nil, "fork") else { exit(2) }
        let child = unsafe unsafeBitCast(symbol, to: Fork.self)()
        guard child != 0 else { return }
        var status: Int32 = 0
        _ = unsafe waitpid(child, &status, 0)
        exit(status == 0 ? 0 : 1)
    }

    /// The file that tells the interposed system calls what to do.
    private var faultFile: String { ProcessInfo.processInfo.environment["FAULT_FILE"] ?? "" }

    /// Prints a line at once, also into a pipe.
    static func answer(_ line: String) {
        FileHandle.standardOutput.write(Data((line + "\n").utf8))
    }

    private func number(_ rest: inout ArraySlice<String>) -> Int {
        rest.popFirst().flatMap { Int($0) } ?? 0
    }

    private func opened() throws(StorageError) -> Environment {
        guard let environment else {
            throw StorageError(.closed, subject: path, message: "not open")
        }
        return environment
    }

    private mutating func open(_ access: String?) throws(StorageError) {
        switch access {
        case "create": options.access = .create
        case "readOnly": options.access = .readOnly
        default: options.access = .readWrite
        }
        environment = try Environment.open(at: path, tables: Self.definitions, options: options)
        Self.answer("open")
    }

    private func put(_ key: String, _ value: String) throws(StorageError) {
        let environment = try opened()
        try environment.writeRepeatably { (transaction) throws(StorageError) in
            try transaction.put(
                key: Array(key.utf8), value: Array(value.utf8), in: environment.tables[0])
        }
        Self.answer("put")
    }

    private func get(_ key: String) throws(StorageError) {
        let environment = try opened()
        let value = try environment.read { (snapshot) throws(StorageError) in
            try snapshot.copy(of: Array(key.utf8), in: environment.tables[0])
        }
        Self.answer("value \(value.map { String(decoding: $0, as: UTF8.self) } ?? "none")")
    }

    private func count() throws(StorageError) {
        let environment = try opened()
        let count = try environment.read { (snapshot) throws(StorageError) in
            try snapshot.entryCount(in: environment.tables[0])
        }
        Self.answer("count \(count)")
    }

    private func fill(_ count: Int, size: Int) throws(StorageError) {
        let environment = try opened()
        let value = [UInt8](repeating: 0x2E, count: size)
        for number in 0..<count {
            try environment.writeRepeatably { (transaction) throws(StorageError) in
                try transaction.put(
                    key: [UInt8](bigEndian: UInt64(number)), value: value,
                    in: environment.tables[0])
            }
        }
        Self.answer("filled")
    }
}
