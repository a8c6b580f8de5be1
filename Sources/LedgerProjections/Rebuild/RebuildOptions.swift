/// How a rebuild goes about its work.
public struct RebuildOptions: Sendable, Hashable {
    /// The least memory limit, in bytes.
    public static let leastMemoryLimit = 16 << 20

    /// About how much memory the rows may take that are not written yet, and the pages that
    /// writing them changes, in bytes; at least 16 MiB.
    ///
    /// The more there is, the more rows are written in one go in the order of their keys, which
    /// is faster.
    public var memoryLimit: Int
    /// How many records a second are applied at most, at least 1; none for as many as possible.
    public var recordsPerSecond: Int?
    /// Whether what an earlier rebuild has left is thrown away, and not gone on with.
    public var restarts: Bool

    /// Chooses how a rebuild goes about its work.
    public init(
        memoryLimit: Int = 512 << 20, recordsPerSecond: Int? = nil, restarts: Bool = false
    ) {
        self.memoryLimit = memoryLimit
        self.recordsPerSecond = recordsPerSecond
        self.restarts = restarts
    }

    /// What is wrong with the options, where something is.
    package var complaint: String? {
        if memoryLimit < Self.leastMemoryLimit {
            return "A memory limit of \(memoryLimit) bytes is too small. Give at least"
                + " \(Self.leastMemoryLimit)."
        }
        if let recordsPerSecond, recordsPerSecond < 1 {
            return "\(recordsPerSecond) records a second are not possible. Give 1 or more."
        }
        return nil
    }

    /// How many records are read at once; few where they are to take long.
    var pageSize: Int { min(2000, max(1, (recordsPerSecond ?? .max) / 5)) }
}
