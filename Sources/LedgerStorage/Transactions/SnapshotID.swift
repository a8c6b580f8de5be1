/// Two snapshots of an environment with the same one show the same state.
package struct SnapshotID: Hashable, Sendable {
    /// LMDB's number of the last commit.
    let transaction: Int
    /// How often the environment was opened: where the outcome of a commit was unknown, its number
    /// may be given again.
    let opening: Int
}
