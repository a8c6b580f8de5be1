internal import Foundation
internal import LedgerDomain
internal import LedgerProjections

/// Tells how far a rebuild is: position, records a second, what is left, memory.
struct RebuildMeter: ~Copyable {
    private var progress: Progress
    private let start = ContinuousClock.now
    /// Where the first records were applied; what an earlier rebuild has left took no time.
    private var first: UInt64?

    init(on console: Console) { progress = Progress(on: console) }

    mutating func update(_ step: RebuildProgress) {
        let position = step.position.number
        if first == nil { first = step.stage == .applied ? 0 : position }
        let done = position - min(first ?? 0, position)
        let elapsed = (ContinuousClock.now - start) / .seconds(1)
        let text =
            switch step.stage {
            case .applied: Self.words(step, done: done, in: elapsed)
            case .compared: "rows compared at position \(step.position)"
            default: "\(step.stage.rawValue) at position \(step.position)"
            }
        progress.update(text + Self.memory)
    }

    func clear() { progress.clear() }

    private static func words(_ step: RebuildProgress, done: UInt64, in elapsed: Double) -> String {
        let (position, target) = (step.position.number, step.target.number)
        let share = Progress.share(position, of: target, "records applied")
        guard elapsed > 0.2, done > 0 else { return share }
        let rate = Double(done) / elapsed
        let rest = Int(Double(target - min(position, target)) / rate)
        return "\(share), \(Int(rate)) a second, \(rest / 60):\(rest % 60 < 10 ? "0" : "")"
            + "\(rest % 60) left"
    }

    /// What the process takes that the system could not take back.
    private static var memory: String {
        guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
            let line = status.split(separator: "\n").first(where: { $0.hasPrefix("RssAnon:") }),
            let kilobytes = line.split(whereSeparator: \.isWhitespace).dropFirst().first,
            let count = Int(kilobytes)
        else { return "" }
        return ", \(count / 1024) MiB"
    }
}
