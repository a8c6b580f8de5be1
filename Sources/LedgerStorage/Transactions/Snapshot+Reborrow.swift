extension Snapshot {
    /// Another view of the same transaction, for a reader that owns its snapshot.
    @_lifetime(borrow self)
    package func reborrowed() -> Snapshot {
        unsafe Snapshot(transaction, slots: slots, id: id, owner: self)
    }
}
