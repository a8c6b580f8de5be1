/// How an operation is run on many accounts.
public struct FanOutOptions: Sendable {
    /// The most operations at once, and results that wait to be taken; at least 1; 8.
    public var width = 8
    /// How long each operation may take, from its beginning; any time where left out.
    ///
    /// The time that an account waits for its turn does not count.
    public var timeout: Duration?
    /// Limits of each grant, shared with other calls; none where left out.
    public var limits: GrantLimits?
    /// Whether accounts that are left out for their status are among the results; false.
    public var reportsSkipped = false

    /// Eight at once, without other limits.
    public init() {}

    /// So many at once.
    public init(
        width: Int = 8, timeout: Duration? = nil, limits: GrantLimits? = nil,
        reportsSkipped: Bool = false
    ) {
        self.width = width
        self.timeout = timeout
        self.limits = limits
        self.reportsSkipped = reportsSkipped
    }

    func check() throws(LedgerError) {
        if width < 1 {
            throw LedgerError(
                .invalidOption, subject: "width",
                "\(width) operations at once are not possible. Give 1 or more.")
        }
        if let timeout, timeout <= .zero {
            throw LedgerError(
                .invalidOption, subject: "timeout",
                "A timeout of \(timeout) leaves no time. Give more, or leave it out.")
        }
    }
}
