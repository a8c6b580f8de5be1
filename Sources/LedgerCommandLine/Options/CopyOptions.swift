internal import AccountLedger
internal import ArgumentParser
internal import LedgerAudit
internal import LedgerFormat

/// How a copy of a ledger is checked.
struct CopyOptions: ParsableArguments {
    /// What is read back.
    enum Verification: String, ExpressibleByArgument, CaseIterable {
        case none
        case records
        case all
    }

    @Option(
        help: ArgumentHelp(
            "Read back every record, or all that verify does, or nothing.",
            valueName: "records|all|none"))
    var verify = Verification.records

    var verification: CopyVerification {
        switch verify {
        case .none: .none
        case .records: .records
        case .all: .all
        }
    }
}

extension BackupReceipt {
    var json: JSONValue {
        JSONValue([
            "path": .string(path), "ledger": .string(ledger), "head": .number(position.number),
            "records": .number(position.number), "recordedAt": .time(recordedAt) ?? .null,
            "size": .integer(Int64(size)), "verified": .string(verification.rawValue),
        ])
    }

    var text: String {
        let read =
            switch verification {
            case .none: "not read back"
            case .records: "every record was read back"
            default: "all of it was verified"
            }
        return "the log up to position \(position) into \(path): \(size) bytes, \(read)."
    }
}

extension VerificationProgress {
    /// How far the work is, for people.
    var words: String {
        switch self {
        case .records(let step):
            Progress.share(step.position.number, of: step.target.number, "records read")
        case .views(let step):
            Progress.share(step.position.number, of: step.target.number, "records replayed")
        }
    }
}
