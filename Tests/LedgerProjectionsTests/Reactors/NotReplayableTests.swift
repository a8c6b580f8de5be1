internal import LedgerTestSupport
internal import Testing

/// Programs that the compiler must refuse, because they would repeat effects, or have none.
@Suite(
    .enabled(
        if: compiler.accepts("_ = (ledger, mailer, open)"),
        "needs the compiler and the module just built"))
struct NotReplayableTests {
    /// A program, with the line that must be refused marked by `// refused`.
    struct Program: CustomTestStringConvertible {
        let testDescription: String
        let refusal: String
        let body: String
    }

    static let refused: [Program] = [
        Program(
            testDescription: "a reactor opened as a projection",
            refusal: "requires that 'Mailer' conform to 'Projection'",
            body: "_ = try ledger.open(mailer) // refused"),
        Program(
            testDescription: "a reactor in the place of a projection that is open",
            refusal: "'Mailer' does not conform to protocol 'Projection'",
            body: "let kept: OpenProjection<Mailer>? = nil; _ = kept // refused"),
        Program(
            testDescription: "a reactor in the place of a projection",
            refusal: "does not conform to specified type 'Projection'",
            body: "let replayed: any Projection = mailer; _ = replayed // refused"),
        Program(
            testDescription: "a rebuild of an open reactor",
            refusal: "has no member 'isSameWhenRebuilt'",
            body: "_ = try open.isSameWhenRebuilt() // refused"),
        Program(
            testDescription: "a rebuild of an open reactor in place",
            refusal: "has no member 'rebuild'",
            body: "_ = try open.rebuild() // refused"),
        Program(
            testDescription: "a replay of a reactor",
            refusal: "requires that 'Mailer' conform to 'Projection'",
            body: "_ = try ledger.project(mailer) { _ in 1 } // refused"),
        Program(
            testDescription: "a digest of an open reactor",
            refusal: "has no member 'digest'",
            body: "_ = try open.digest() // refused"),
        Program(
            testDescription: "a projection opened as a reactor",
            refusal: "requires that 'AccountUsers' conform to 'Reactor'",
            body: "_ = try ledger.open(AccountUsers(), from: .now) // refused"),
        Program(
            testDescription: "a reactor opened without saying where it begins",
            refusal: "cannot convert value of type 'OpenProjection<Mailer>'",
            body: "let opened: OpenReactor<Mailer> = try ledger.open(mailer); _ = opened // refused"
        ),
    ]

    @Test("The compiler refuses", arguments: refused)
    func refuses(program: Program) throws {
        let errors = try compiler.errorsAtMark(of: program.body)
        #expect(errors.contains { $0.contains(program.refusal) }, "\(errors)")
    }

    @Test("The compiler accepts what those programs do rightly")
    func accepts() throws {
        let lines = try compiler.diagnose(
            """
            let opened: OpenReactor<Mailer> = try ledger.open(mailer, from: .now)
            _ = try opened.parked()
            let projection: any Projection = AccountUsers()
            _ = try ledger.open(AccountUsers()).isSameWhenRebuilt()
            _ = projection
            """)
        #expect(lines == [])
    }
}

/// Functions with this body, which have a ledger and a reactor.
private let compiler = Compiler(
    """
    internal import AccountLedger
    struct Mailer: Reactor {
        let name = "mailer"
        let handles = Set(EventKind.allCases)
        let ignores: Set<EventKind> = []
        func react(to delivery: Delivery) async throws {}
    }
    func test(_ ledger: Ledger, _ mailer: Mailer, _ open: OpenReactor<Mailer>) throws {

    """)
