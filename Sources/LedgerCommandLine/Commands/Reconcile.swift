internal import AccountLedger
internal import ArgumentParser
internal import LedgerDomain
internal import LedgerFormat

/// Compares a platform's grants with those of the ledger, and mends what is chosen.
struct Reconcile: Subcommand {
    static let configuration = CommandConfiguration(
        "reconcile", "Compare the grants that a platform lists with those that are known.",
        """
        The listing has a JSON object a line: grant, and as far as the platform says them \
        status (valid, expired or revoked), user, toolkit, member, provider, \
        account {subject, email, name}, externalID, connectedAt, authenticatedAt, \
        statusChangedAt. Nothing is changed without --apply. A partial listing revokes nothing, \
        and what the ledger has learnt since --taken-at is left alone. Exit code 1 where \
        something differs or a mend was refused.
        """,
        example: """
            reconcile --platform nylas --listing grants.jsonl --complete \
            --taken-at 2026-11-21T06:33:03Z
            """)

    @OptionGroup var global: GlobalOptions

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Whose grants are listed.", valueName: "platform"))
    var platform: PlatformID

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("The file, or - for standard input.", valueName: "file"))
    var listing: String

    @Option(
        help: ArgumentHelp(
            "A time before the first page was asked for, RFC 3339.", valueName: "time"))
    var takenAt: Timestamp

    @OptionGroup var completeness: CompletenessOptions

    @Flag(help: "Accounts that no platform is known of belong to this one.")
    var countWithoutPlatform = false

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Mend the findings of these kinds.", valueName: "kind"))
    var apply: [MendableKind] = []

    @Flag(help: "Revoke although the listing is empty or far shorter than what is known.")
    var revokeAlthoughTheListingIsSuspicious = false

    @Option(
        help: ArgumentHelp("Who asks; the platform where left out.", valueName: "kind[:id]"))
    var actor: LedgerActor?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("What the records belong to.", valueName: "id"))
    var correlation: CorrelationID?

    @Option(
        help: ArgumentHelp(
            "The ledger's time, RFC 3339; for a ledger with a simulated clock only.",
            valueName: "time"))
    var now: Timestamp?

    func validate() throws {
        try checkForm("--platform", platform)
    }

    /// The kinds of findings that commands mend.
    enum MendableKind: String, ExpressibleByArgument, CaseIterable {
        case missingHere
        case missingThere
        case revokedThere
        case expiredThere
        case validThere

        var kind: ReconciliationFinding.Kind {
            switch self {
            case .missingHere: .missingHere
            case .missingThere: .missingThere
            case .revokedThere: .revokedThere
            case .expiredThere: .expiredThere
            case .validThere: .validThere
            }
        }
    }

    private var context: CommandContext {
        CommandContext(actor: actor ?? .platform(platform), correlationID: correlation)
    }

    func run(on console: Console) async throws(CommandFailure) -> ExitStatus {
        let grants = try await ListingFile.grants(
            listing, mustEnd: completeness.isComplete, console)
        let listed: GrantListing
        do throws(ListingError) {
            listed = try GrantListing(
                of: platform, takenAt: takenAt, completeness.value, grants)
        } catch {
            throw CommandFailure(.unusable, code: "invalidListing", error.description)
        }
        let ledger = try global.open(apply.isEmpty ? .readOnly : .readWrite, console)
        defer { ledger.close() }
        console.finishWorkBeforeStopping()
        try translated { () throws(LedgerError) in try ledger.checkTaken(takenAt, at: now) }
        let report = try compare(listed, with: ledger, console)
        let mended = try await mend(report, in: ledger)
        let answer = ReconciliationText(report, mended, context)
        try global.answer(
            console, data: answer.json,
            text: answer.text(global.style(console), global.times(console)))
        return answer.leavesNothing ? .fine : .found
    }

    private func compare(
        _ listed: GrantListing, with ledger: Ledger, _ console: Console
    ) throws(CommandFailure) -> ReconciliationReport {
        var work = Reconciliation(listed, countsWithoutPlatform: countWithoutPlatform)
        var progress = Progress(on: console)
        defer { progress.clear() }
        while try translated({ () throws(LedgerError) in try work.step(ledger) }) {
            progress.update("\(work.seen) grants and users compared")
            if console.interruption.isRequested {
                throw .stopped("Stopped while comparing. Nothing was changed; run it again.")
            }
        }
        return work.report
    }

    private func mend(
        _ report: ReconciliationReport, in ledger: Ledger
    ) async throws(CommandFailure) -> [MendedFinding]? {
        guard !apply.isEmpty else { return nil }
        do {
            return try await ledger.apply(
                report, mending: Set(apply.map(\.kind)),
                revokingAlthoughTheListingIsSuspicious: revokeAlthoughTheListingIsSuspicious,
                context: context, at: now)
        } catch {
            throw CommandFailure(error)
        }
    }
}

/// Whether the listing holds every grant, which has to be said.
struct CompletenessOptions: ParsableArguments {
    @Flag(help: "Every grant of the platform is listed: what is missing is gone.")
    var complete = false

    @Flag(help: "Some grants may be missing: nothing is revoked.")
    var partial = false

    @Option(
        help: ArgumentHelp(
            "With --complete: how many pages were read, to the end.", valueName: "count"))
    var pages = 1

    @Option(
        help: ArgumentHelp(
            "With --complete: how many grants the platform says there are; another number of"
                + " different grants refuses the listing.",
            valueName: "count"))
    var total: Int?

    var isComplete: Bool { complete }

    var value: ListingCompleteness {
        complete ? .complete(CompletenessEvidence(pages: pages, total: total)) : .partial
    }

    func validate() throws {
        guard complete != partial else {
            throw ValidationError("Give --complete or --partial: is every grant listed?")
        }
        guard complete || (pages == 1 && total == nil) else {
            throw ValidationError("--pages and --total go with --complete.")
        }
    }
}
