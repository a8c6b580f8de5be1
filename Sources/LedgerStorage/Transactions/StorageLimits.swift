/// The longest keys and values that can be stored.
package enum StorageLimits {
    /// The longest key, in bytes: what LMDB is compiled with.
    package static let maximumKeyLength = 511
    /// The longest value, in bytes.
    ///
    /// LMDB could hold 4 GiB; its backup breaks above 2 GiB (ITS#10346).
    package static let maximumValueLength = 1 << 30

    /// Refuses a key that LMDB could not store.
    static func checkKey(_ length: Int, in table: @autoclosure () -> String) throws(StorageError) {
        guard length < 1 || length > maximumKeyLength else { return }
        throw StorageError(
            .keyLength(length: length),
            subject: table(),
            message: """
                A key of \(length) bytes cannot be stored in table \(table()): keys have 1 to \
                \(maximumKeyLength) bytes.
                """
        )
    }

    /// Refuses a value that could not be stored, or not be backed up.
    static func checkValue(
        _ length: Int,
        in table: @autoclosure () -> String
    ) throws(StorageError) {
        guard length > maximumValueLength else { return }
        throw StorageError(
            .valueTooLarge(length: length),
            subject: table(),
            message: """
                A value of \(length) bytes cannot be stored in table \(table()): values have at \
                most \(maximumValueLength) bytes. Split it.
                """
        )
    }
}
