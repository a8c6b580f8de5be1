// Equality ends at the first byte that differs, so its time tells how much of a name was right.

extension Identifier {
    /// Whether it is the other one; how long it takes follows from the length of this one alone.
    func isWholly(_ other: Self) -> Bool {
        text.utf8.span.isWholly(other.text.utf8.span)
    }
}

extension Span<UInt8> {
    /// Whether the bytes are the others; how long it takes follows from how many these are.
    func isWholly(_ others: Span<UInt8>) -> Bool {
        var difference: UInt8 = count == others.count ? 0 : 1
        for index in indices {
            difference |= self[index] ^ (index < others.count ? others[index] : 0)
        }
        return difference == 0
    }
}
