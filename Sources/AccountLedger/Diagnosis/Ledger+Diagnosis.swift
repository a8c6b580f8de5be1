internal import Foundation
internal import LedgerAudit
internal import LedgerDomain
internal import LedgerFormat
internal import LedgerJournal
internal import LedgerProjections
internal import LedgerStorage

extension Ledger {
    /// Says what is wrong with the surroundings of a ledger, also of one that cannot be opened.
    ///
    /// It is opened only where that makes no file, and then as for reading.
    ///
    /// - Parameters:
    ///   - path: The directory of the ledger.
    ///   - reserve: How many bytes of the file system the application leaves free.
    ///   - opening: Whether to open it at all; a damaged file can end the process that does.
    package static func diagnose(
        _ path: String, reserve: Int = 0, opening: Bool = true
    ) throws(LedgerError) -> Diagnosis {
        let seen: EnvironmentExamination
        do { seen = try EnvironmentExamination(of: path) } catch { throw LedgerError(error) }
        var diagnosis = Diagnosis(of: seen, reserve: reserve)
        diagnosis.addInside(of: seen, opening: opening)
        return diagnosis
    }
}

// What only an open ledger tells.
extension Diagnosis {
    private static let inside: [Subject] = [.opening, .checkpoint, .clock, .projections]

    fileprivate mutating func addInside(of seen: EnvironmentExamination, opening: Bool) {
        for subject in Self.inside { skip(subject, "the ledger was not opened") }
        guard opening, seen.header != nil else { return }
        guard seen.opensWithoutMakingFiles || seen.fileSystem?.isReadOnly == true else {
            let found = "a lock file is missing, and opening would make it"
            return skip(.opening, found, "Open the ledger once, with `stat` for one.")
        }
        let ledger: Ledger
        do { ledger = try Ledger.openForInspection(at: seen.path) } catch {
            return note(error)
        }
        defer { ledger.close() }
        ok(.opening, "ledger \(ledger.id), of format \(LedgerHeader.currentFormat)")
        do throws(LedgerError) {
            try checkCheckpoint(ledger)
            try checkClock(ledger)
        } catch {
            note(error)
        }
        checkFollowers(ledger)
    }

    /// Why it cannot be opened belongs to what is wrong.
    private mutating func note(_ error: LedgerError) {
        let subject: Subject =
            switch error.code {
            case .unsupportedFormat: .version
            case .notALedger, .damaged: .file
            case .permissionDenied, .readOnly: .permissions
            case .diskFull: .disk
            case .unsupportedFileSystem: .fileSystem
            case .heldExclusively: .lock
            case .tooManyReaders: .readers
            default: .opening
            }
        let advice = "Run verify once the rest is mended."
        if self[subject]?.status != .problem { fail(subject, error.message, advice) }
        guard subject != .opening else { return }
        fail(.opening, error.message, "See \(subject.rawValue).")
    }

    private mutating func checkCheckpoint(_ ledger: Ledger) throws(LedgerError) {
        guard let finding = try ledger.checkpointFinding() else {
            let head = try ledger.read { (view) throws(LedgerError) in try view.head() }
            return ok(.checkpoint, "the views stand at the head, \(head)")
        }
        fail(
            .checkpoint, "\(finding.kind.rawValue): \(finding.detail)",
            "Stop writing, keep the file, run verify, restore a backup.")
    }

    private mutating func checkClock(_ ledger: Ledger) throws(LedgerError) {
        if ledger.usesSimulatedClock { return ok(.clock, "the ledger takes it from each command") }
        let last = try translated { () throws(JournalError) in
            try ledger.environment.read { (snapshot) throws(JournalError) -> Timestamp? in
                let head = try ledger.log.head(in: snapshot)
                guard head > .start else { return nil }
                return try ledger.log.recordedTime(at: head, in: snapshot)
            }
        }
        let now = CommandExecutor.systemClock()
        guard let last, last > now else { return ok(.clock, "not behind the last record") }
        let behind = last.microsecondsSinceEpoch - now.microsecondsSinceEpoch
        warn(
            .clock, "\(behind / 1_000_000) seconds behind the last record, of \(last)",
            "Records get the time of the last one until it has caught up: set the clock.")
    }

    private mutating func checkFollowers(_ ledger: Ledger) {
        let directories = FollowerDirectory.Kind.allCases.flatMap {
            FollowerDirectory.all($0, of: ledger.path)
        }
        guard !directories.isEmpty else { return ok(.projections, "there are none") }
        var (stands, furthest) = (0, 0)
        for directory in directories where directory.opensWithoutMakingFiles {
            do {
                let finding = try ledger.finding(of: directory)
                if let finding {
                    return fail(
                        .projections,
                        "\(directory.name): \(finding.kind.rawValue), \(finding.detail)",
                        directory.kind == .projection
                            ? "Rebuild it, or remove \(directory.path); it is built again."
                            : "Move \(directory.path) away, and open the reactor where it is to"
                                + " begin.")
                }
                guard let stand = try directory.stand(beside: ledger.id) else { continue }
                let head = try ledger.read { (view) throws(LedgerError) in try view.head() }
                stands += 1
                furthest = max(furthest, Int(clamping: head.number &- stand.position.number))
            } catch {
                return skip(.projections, "\(directory.name) could not be looked at")
            }
        }
        ok(
            .projections,
            "\(stands) of \(directories.count) have begun, at most \(furthest) records behind")
    }
}

extension Ledger {
    fileprivate func finding(of directory: FollowerDirectory) throws(LedgerError) -> Finding? {
        try translated { () throws(JournalError) in
            try Verification(of: environment).finding(of: directory)
        }
    }
}
