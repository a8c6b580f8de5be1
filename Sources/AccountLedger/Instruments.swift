internal import LedgerDomain
internal import LedgerJournal
internal import LedgerProjections
internal import LedgerStorage
internal import CoreMetrics
internal import Synchronization

/// The metrics of a ledger.
///
/// No name or dimension holds anything of a user.
///
/// `ledger.append.events` counts records; `ledger.commands` counts commands by outcome, and
/// refused ones by refusal; `ledger.commit.duration` and `ledger.commit.requests` measure commits;
/// `ledger.clock.clamped` counts times that the clock was not later than the last record;
/// `ledger.readers.lag` is how many transactions the oldest reader is behind.
/// `ledger.reactor.deliveries` counts attempts by reactor and outcome; `ledger.reactor.lag` and
/// `ledger.reactor.parked` are how many records a reactor is behind, and has parked.
final class Instruments: Sendable {
    private let clampedClocks = Counter(label: "ledger.clock.clamped")
    private let events = Counter(label: "ledger.append.events")
    private let duration = Timer(label: "ledger.commit.duration")
    private let batch = Recorder(label: "ledger.commit.requests")
    private let readerLag = Gauge(label: "ledger.readers.lag")
    private let commits = Atomic<UInt64>(0)

    /// How many commits lie between two looks at the readers.
    private static let commitsPerReaderLook: UInt64 = 256

    func countClampedClocks(_ count: Int) {
        clampedClocks.increment(by: count)
    }

    func record(_ report: CommitReport, in environment: Environment) {
        batch.record(report.requests)
        let (seconds, attoseconds) = report.duration.components
        duration.recordNanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
        let count = commits.wrappingAdd(1, ordering: .relaxed).oldValue
        if count.isMultiple(of: Self.commitsPerReaderLook),
            let lag = try? environment.oldestReaderLag()
        {
            readerLag.record(lag)
        }
    }

    func record(_ outcomes: [Outcome]) {
        for outcome in outcomes {
            switch outcome {
            case .applied(let receipt):
                let first = receipt.positions?.lowerBound.number ?? 0
                let last = receipt.positions?.upperBound.number ?? 0
                events.increment(by: last - first + 1)
                count("applied")
            case .unchanged: count("unchanged")
            case .refused(let refusal):
                Counter(
                    label: "ledger.commands",
                    dimensions: [("outcome", "refused"), ("refusal", refusal.name)]
                ).increment()
            }
        }
    }

    private func count(_ outcome: String) {
        Counter(label: "ledger.commands", dimensions: [("outcome", outcome)]).increment()
    }

    func record(_ report: DeliveryReport, of reactor: String) {
        func countDelivery(_ outcome: String) {
            Counter(
                label: "ledger.reactor.deliveries",
                dimensions: [("reactor", reactor), ("outcome", outcome)]
            ).increment()
        }
        switch report {
        case .delivered: countDelivery("delivered")
        case .failed: countDelivery("failed")
        case .parked: countDelivery("parked")
        case .looked(let behind, let parked):
            let dimensions = [("reactor", reactor)]
            Gauge(label: "ledger.reactor.lag", dimensions: dimensions).record(behind)
            Gauge(label: "ledger.reactor.parked", dimensions: dimensions).record(parked)
        case .standingBy: break
        }
    }
}
