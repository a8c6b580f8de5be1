/// An error of an upper layer that can carry a failure of the storage layer.
///
/// Transaction bodies throw their own layer's error; a failure of the transaction itself, such
/// as a commit that cannot be written, reaches the caller through this conversion.
package protocol StorageFailure: Error {
    /// Wraps a failure of the storage layer.
    init(storage: StorageError)
}

extension StorageError: StorageFailure {
    /// Keeps the failure as it is.
    package init(storage: StorageError) { self = storage }
}
