/// The part of a table that a walk visits.
struct KeyRange: Sendable {
    /// The first key of the range, included; nil where the table begins.
    let lower: [UInt8]?
    /// The end of the range, not included; nil where the table ends.
    let upper: [UInt8]?

    /// The keys that satisfy all the conditions given.
    init(from lower: [UInt8]? = nil, below upper: [UInt8]? = nil, prefix: [UInt8]? = nil) {
        let start = [lower, prefix].compactMap { $0 }.max { $0.precedes($1) }
        // An empty bound excludes nothing, and LMDB refuses to look for it.
        self.lower = start?.isEmpty == true ? nil : start
        let ends = [upper, prefix.flatMap { $0.prefixEnd }].compactMap { $0 }
        self.upper = ends.min { $0.precedes($1) }
    }
}

extension [UInt8] {
    /// Whether this key comes before another in a table.
    fileprivate func precedes(_ other: [UInt8]) -> Bool { compareKeys(span, other.span) < 0 }

    /// The smallest key greater than every key with this prefix; nil where there is none.
    fileprivate var prefixEnd: [UInt8]? {
        guard let last = lastIndex(where: { $0 != 0xFF }) else { return nil }
        var end = Array(self[...last])
        end[last] += 1
        return end
    }
}
