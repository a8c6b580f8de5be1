internal import AccountLedger
internal import LedgerDomain
internal import LedgerFormat
internal import LedgerTestSupport

/// What something is called that may be hidden; names of one kind are equally long.
struct Names: Sendable {
    var user: String
    var credential: String
    var grant: String
    var state: String

    /// The names in memory of their own.
    var copy: Names {
        Names(
            user: user.copy, credential: credential.copy, grant: grant.copy, state: state.copy)
    }
}

/// A user whose members Mia and Ben have accounts.
struct Organisation: Sendable {
    var bens: Names
    var mias: Names
    /// Names that nothing has.
    var nobodys: Names

    var user: UserID { UserID(bens.user) }
    /// The same with names in memory of their own.
    var copy: Organisation {
        Organisation(bens: bens.copy, mias: mias.copy, nobodys: nobodys.copy)
    }

    /// What Mia sees.
    var narrowing: Narrowing { Narrowing(user: user, member: "mia") }
}

/// Users alike but for their names: each has an account of Mia's for `gmail`, and two of Ben's,
/// for `gmail` and `drive`, and each member has begun to connect another.
///
/// In every other organisation Ben has chosen his account, in the others he has labelled it anew,
/// so that all have equally many records.
struct Organisations: Sendable {
    private(set) var all: [Organisation] = []
    private static let perCommit = 1000

    init(_ count: Int, in ledger: Ledger, seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        for start in stride(from: 0, to: count, by: Self.perCommit) {
            let numbers = start..<min(start + Self.perCommit, count)
            var part = numbers.map { Self.draw($0, &random) }
            try await Self.connect(&part, in: ledger)
            try await Self.issue(&part, in: ledger)
            try await Self.choose(part, in: ledger)
            all += part
        }
    }

    private static func draw(_ number: Int, _ random: inout SeededGenerator) -> Organisation {
        func names(_ user: String) -> Names {
            let bytes = (0..<16).map { _ in UInt8.random(in: .min ... .max, using: &random) }
            return Names(
                user: user, credential: CredentialID(random: bytes).text,
                grant: "grant-\(digits(random.next()))",
                state: digits(random.next()) + digits(random.next()) + "abc")
        }
        let user = "organisation-\(digits(random.next()))"
        return Organisation(
            bens: names(user), mias: names(user),
            nobodys: names("organisation-\(digits(random.next()))"))
    }

    private static func digits(_ number: UInt64) -> String {
        let text = String(number, radix: 36)
        return String(repeating: "0", count: 20 - text.count) + text
    }

    private static func connect(_ part: inout [Organisation], in ledger: Ledger) async throws {
        for (member, toolkit, isFirst) in [
            ("ben", "gmail", true), ("mia", "gmail", true), ("ben", "drive", false),
        ] as [(MemberID, ToolkitID, Bool)] {
            let grants = part.map { organisation in
                let names = member == "ben" ? organisation.bens : organisation.mias
                let grant = isFirst ? names.grant : "drive" + names.grant.dropFirst(5)
                let account = ProviderAccount(
                    provider: "google", subject: Identifier("of " + names.grant),
                    email: "\(names.grant)@example.org")
                return ImportGrant(
                    user: organisation.user, toolkit: toolkit, grant: GrantID(grant),
                    account: account, label: "\(toolkit) \(member)", member: member)
            }
            let result = try await ledger.importGrants(grants, refused: .abandonAll)
            guard isFirst else { continue }
            for (index, outcome) in result.outcomes.enumerated() {
                let id = try outcome.get().credential?.text ?? ""
                if member == "ben" { part[index].bens.credential = id }
                if member == "mia" { part[index].mias.credential = id }
            }
        }
    }

    private static func issue(_ part: inout [Organisation], in ledger: Ledger) async throws {
        for member in ["ben", "mia"] as [MemberID] {
            let commands = part.map { organisation in
                let issue = IssueState(
                    user: organisation.user, toolkit: "gmail", lifetimeSeconds: 3600,
                    allowMultiple: true, member: member)
                return Command(.issueState(issue))
            }
            for (index, outcome) in try await ledger.execute(commands).enumerated() {
                let state = try outcome.get().state?.secret ?? ""
                if member == "ben" { part[index].bens.state = state }
                if member == "mia" { part[index].mias.state = state }
            }
        }
    }

    private static func choose(_ part: [Organisation], in ledger: Ledger) async throws {
        let commands = part.enumerated().map { index, organisation in
            let id = CredentialID(organisation.bens.credential)
            return index.isMultiple(of: 2)
                ? Command(
                    .select(
                        SelectAccount(user: organisation.user, toolkit: "gmail", credential: id)))
                : Command(.relabel(Relabel(credential: id, label: "gmail Ben")))
        }
        for outcome in try await ledger.execute(commands) { _ = try outcome.get() }
    }
}

extension String {
    fileprivate var copy: String { String(decoding: Array(utf8), as: UTF8.self) }
}
