internal import Foundation
internal import LedgerTestSupport
internal import Testing

/// Programs that the compiler must refuse, because running them would read freed memory, deadlock
/// LMDB or write behind a reader's back.
@Suite(
    .enabled(
        if: compiler.accepts("_ = (environment, table, key)"),
        "needs the compiler and the module just built"))
struct CompileTimeTests {
    /// A program, with the line that must be refused marked by `// refused`.
    struct Program: CustomTestStringConvertible {
        let testDescription: String
        let refusal: String
        let body: String
    }

    static let refused: [Program] = [
        Program(
            testDescription: "a span stored outside the read that lent it",
            refusal: "escapes its scope",
            body: """
                var kept: Span<UInt8>? = nil // refused
                try environment.read { (snapshot) throws(StorageError) in
                    kept = try snapshot.value(for: key.span, in: table)
                }
                _ = kept?.count
                """),
        Program(
            testDescription: "a span returned from the read that lent it",
            refusal: "conform to 'Escapable'",
            body: """
                let kept = try environment.read { (snapshot) throws(StorageError) in // refused
                    return try snapshot.value(for: key.span, in: table)
                }
                _ = kept
                """),
        Program(
            testDescription: "a key stored outside the scan that lent it",
            refusal: "escapes its scope",
            body: """
                var kept: Span<UInt8>? = nil // refused
                try environment.read { (snapshot) throws(StorageError) in
                    try snapshot.scan(table) { (key, _) throws(StorageError) in
                        kept = key
                        return .next
                    }
                }
                _ = kept?.count
                """),
        Program(
            testDescription: "a put while a value is in use",
            refusal: "overlapping accesses",
            body: """
                try environment.write { (transaction) throws(StorageError) in
                    let value = try transaction.snapshot.value(for: key.span, in: table)
                    try transaction.put(key: key, value: [], in: table) // refused
                    _ = value?.count
                }
                """),
        Program(
            testDescription: "a put while a cursor's entry is in use",
            refusal: "overlapping accesses",
            body: """
                try environment.write { (transaction) throws(StorageError) in
                    var cursor = try transaction.snapshot.cursor(in: table)
                    let entry = try cursor.next()
                    try transaction.put(key: key, value: [], in: table) // refused
                    _ = entry?.key.count
                }
                """),
        Program(
            testDescription: "a put between two steps of a cursor",
            refusal: "overlapping accesses",
            body: """
                try environment.write { (transaction) throws(StorageError) in
                    var cursor = try transaction.snapshot.cursor(in: table)
                    try transaction.put(key: key, value: [], in: table) // refused
                    _ = try cursor.next() == nil
                }
                """),
        Program(
            testDescription: "a put inside a scan of the same transaction",
            refusal: "overlapping accesses",
            body: """
                try environment.write { (transaction) throws(StorageError) in
                    try transaction.snapshot.scan(table) { (_, _) throws(StorageError) in
                        try transaction.put(key: key, value: [], in: table) // refused
                        return .next
                    }
                }
                """),
        Program(
            testDescription: "a put through the outer transaction while a nested one is open",
            refusal: "overlapping accesses",
            body: """
                try environment.write { (transaction) throws(StorageError) in
                    try transaction.nested { (inner) throws(StorageError) in // refused
                        try transaction.put(key: key, value: [], in: table)
                        try inner.put(key: key, value: [], in: table)
                    }
                }
                """),
        Program(
            testDescription: "a write transaction captured by a task",
            refusal: "escaping closure captures 'inout' parameter",
            body: """
                try environment.write { (transaction) throws(StorageError) in
                    Task { try transaction.put(key: key, value: [], in: table) } // refused
                }
                """),
        Program(
            testDescription: "a snapshot captured by a task",
            // The compiler then crashes as well, which changes nothing about the refusal.
            refusal: "risks causing data races",
            body: """
                try environment.read { (snapshot) throws(StorageError) in
                    Task { _ = try snapshot.entryCount(in: table) } // refused
                }
                """),
        Program(
            testDescription: "a snapshot copied",
            refusal: "cannot be applied to noncopyable types",
            body: """
                try environment.read { (snapshot) throws(StorageError) in
                    let other = copy snapshot // refused
                    _ = try other.entryCount(in: table)
                }
                """),
        Program(
            testDescription: "a snapshot returned from its read",
            refusal: "conform to 'Escapable'",
            body: """
                let kept = try environment.write { (transaction) throws(StorageError) in // refused
                    return transaction.snapshot
                }
                _ = kept
                """),
        Program(
            testDescription: "a suspension inside a transaction",
            refusal: "'async' call in a function that does not support concurrency",
            body: """
                try environment.read { (snapshot) throws(StorageError) in
                    await Task.yield() // refused
                }
                """),
        Program(
            testDescription: "a write in an asynchronous function",
            refusal: "unavailable from asynchronous contexts; a write transaction must not leave",
            body: """
                func later() async throws {
                    try environment.write { (transaction) throws(StorageError) in // refused
                        try transaction.clear(table)
                    }
                }
                """),
        Program(
            testDescription: "a repeatable write in an asynchronous function",
            refusal: "unavailable from asynchronous contexts; a write transaction must not leave",
            body: """
                func later() async throws {
                    try environment.writeRepeatably { (writer) throws(StorageError) in // refused
                        try writer.clear(table)
                    }
                }
                """),
        Program(
            testDescription: "a change through a snapshot",
            refusal: "has no member 'put'",
            body: """
                try environment.read { (snapshot) throws(StorageError) in
                    try snapshot.put(key: key, value: [], in: table) // refused
                }
                """),
    ]

    @Test("The compiler refuses", arguments: refused)
    func refuses(program: Program) throws {
        let errors = try compiler.errorsAtMark(of: program.body)
        #expect(errors.contains { $0.contains(program.refusal) }, "\(errors)")
    }

    @Test("The code of the documentation compiles")
    func documentation() throws {
        let page = Compiler.root.appending(
            path: "Sources/LedgerStorage/LedgerStorage.docc/LedgerStorage.md")
        let parts = try String(contentsOf: page, encoding: .utf8).components(separatedBy: "```")
        let blocks = parts.filter { $0.hasPrefix("swift\n") }.map { String($0.dropFirst(6)) }
        #expect(blocks.count == 1)
        for block in blocks {
            let lines = try compiler.diagnose("do {\n\(block)\n_ = length }")
            #expect(lines == [])
        }
    }

    @Test("The compiler accepts what those programs do rightly")
    func accepts() throws {
        let lines = try compiler.diagnose(
            """
            try environment.write { (transaction) throws(StorageError) in
                let length = try transaction.snapshot.value(for: key.span, in: table)?.count
                try transaction.put(key: key, value: [UInt8(length ?? 0)], in: table)
                if let value = try transaction.snapshot.value(for: key.span, in: table) {
                    _ = value.count
                }
                do {
                    var cursor = try transaction.snapshot.cursor(in: table)
                    let first = try cursor.next()
                    if let second = try cursor.next(), let first {
                        _ = first.key.count + second.value.count
                    }
                }
                try transaction.nested { (inner) throws(StorageError) in
                    try inner.put(key: key, value: [], in: table)
                }
            }
            func later() async throws -> Int {
                try environment.read { (snapshot) throws(StorageError) in
                    try snapshot.entryCount(in: table)
                }
            }
            """)
        #expect(lines == [])
    }
}

/// Functions with this body, which have an environment, a table and a key.
private let compiler = Compiler(
    """
    internal import LedgerStorage
    func test(_ environment: Environment, _ table: Table, _ key: [UInt8]) throws {

    """)
