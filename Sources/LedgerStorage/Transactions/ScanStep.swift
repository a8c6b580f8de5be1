/// Whether a walk goes on.
package enum ScanStep: Sendable {
    /// Visit the next entry.
    case next
    /// End the walk.
    case stop
}
