internal import AccountLedger
internal import LedgerAudit
internal import LedgerDomain
internal import LedgerFormat
internal import LedgerStorage

/// Makes the report of one user's history and writes it.
struct HistoryReport {
    private static let page = 500

    let ledger: Ledger
    let console: Console
    let global: GlobalOptions

    /// Writes the report, and tells what it is.
    ///
    /// - Parameters:
    ///   - file: A path at which nothing is, or `-`.
    ///   - subject: What was asked for.
    ///   - records: The records found, from which the user is told where none was named.
    ///   - moment: The moment up to which.
    ///   - isAskedFor: Which of the user's records belong to the report.
    func write(
        to file: String, _ subject: SubjectOptions, of records: [EventRecord],
        asOf moment: Moment?, where isAskedFor: (EventRecord) -> Bool
    ) throws(CommandFailure) -> ExitStatus {
        let user = try self.user(subject, records)
        guard !records.isEmpty else {
            throw CommandFailure(
                .unusable, code: "nothingHappened",
                "Nothing happened to \(user) up to then, so no report was written. Check the user.")
        }
        let end = try translated { () throws(LedgerError) in
            try ledger.read { (view) throws(LedgerError) in try self.end(moment, view) }
        }
        var timeline = try timeline(of: user, through: end.position)
        let isWhole = subject.credential == nil && subject.grant == nil
        if !isWhole { timeline.narrow(to: isAskedFor) }
        let shown = timeline.steps.map(\.record)
        let digests = ReportDigests(
            shown, subject, of: user, asOf: end.position,
            view: isWhole ? try view(of: user, at: end.position) : nil)
        let page = ReportPage(
            of: user, in: ledger.id, narrowedTo: Self.narrowing(subject), asOf: end, timeline,
            digests)
        try write(page.text, to: file)
        if file != "-" { try tell(file, user, shown.count, end.position, digests) }
        return .fine
    }

    private func user(
        _ subject: SubjectOptions, _ records: [EventRecord]
    ) throws(CommandFailure) -> UserID {
        if let user = subject.user { return user }
        let users = Set(records.map(\.user))
        guard let user = users.first, users.count == 1 else {
            throw .usage(
                "\(users.count) users held the grant, and a report is of one. Give --user too.")
        }
        return user
    }

    /// The position that the report holds at, and when it was recorded.
    private func end(
        _ moment: Moment?, _ view: borrowing LedgerView
    ) throws(LedgerError) -> (position: Position, time: Timestamp) {
        let position = try view.position(of: moment)
        let before = Position(position.number > 0 ? position.number - 1 : 0)
        let record = try view.records(after: before, limit: 1).first
        return (position, record?.recordedAt ?? ledger.createdAt)
    }

    private func timeline(
        of user: UserID, through end: Position
    ) throws(CommandFailure) -> UserTimeline {
        var timeline = UserTimeline()
        var walk = UserWalk(user)
        var progress = Progress(on: console)
        while true {
            let steps = try translated { () throws(LedgerError) in
                try ledger.read { (view) throws(LedgerError) in
                    try view.steps(of: &walk, limit: Self.page, through: end)
                }
            }
            guard !steps.isEmpty else { break }
            for step in steps { timeline.add(step) }
            progress.update("\(timeline.steps.count) records read")
        }
        progress.clear()
        return timeline
    }

    private func view(
        of user: UserID, at end: Position
    ) throws(CommandFailure) -> (accounts: [Credential], selections: [Selection]) {
        try translated { () throws(LedgerError) in
            try ledger.read { (view) throws(LedgerError) in
                let moment = Moment.position(end)
                return (
                    try view.accounts(of: user, includingRevoked: true, asOf: moment),
                    try view.selections(of: user, asOf: moment)
                )
            }
        }
    }

    private static func narrowing(_ subject: SubjectOptions) -> String? {
        let parts = [
            subject.credential.map { "credential \($0)" }, subject.grant.map { "grant \($0)" },
        ].compactMap { $0 }
        return parts.isEmpty ? nil : "Only " + parts.joined(separator: ", ")
    }

    private func write(_ text: String, to file: String) throws(CommandFailure) {
        if file == "-" { return try console.output.write(text) }
        do { try DurableFile.create(file, with: Array(text.utf8)) } catch {
            throw CommandFailure(.unusable, code: "pathProblem", error.message)
        }
    }

    private func tell(
        _ file: String, _ user: UserID, _ count: Int, _ position: Position,
        _ digests: ReportDigests
    ) throws(CommandFailure) {
        let data = JSONValue([
            "file": .string(file), "user": .text(user), "records": .integer(Int64(count)),
            "position": .number(position.number),
            "digests": .object(
                digests.rows.map { .init($0.name.lowercased(), .string($0.digest)) }),
        ])
        try global.answer(
            console, data: .array([data]),
            text: "Wrote \(file): \(count) records of \(user.text.harmless), as of position"
                + " \(position). It holds personal data.\n")
    }
}
