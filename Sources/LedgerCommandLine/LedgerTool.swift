public import LedgerProjections

/// The program `account-ledger`, as an application builds it with projections of its own.
///
/// Make an executable that does nothing but call `main(projections:)`. Its `rebuild`, `diff`,
/// `explain`, `replay` and `stat` then know the application's rows as they know those that come
/// with the package.
public enum LedgerTool {
    /// Runs with the arguments and streams of this process, and ends it.
    ///
    /// - Parameter projections: The application's own, beside those that come with the package;
    ///   the first of a name counts.
    public static func main(projections: [any Projection] = []) -> Never {
        Program.main(projections: projections)
    }
}
