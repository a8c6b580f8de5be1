internal import CLedgerLMDB

/// Runs a body with an LMDB value that points at lent bytes.
///
/// The pointer is mutable only because LMDB's structure says so; LMDB writes through it in no call
/// of this module.
func withLMDBValue<Result>(
    _ bytes: borrowing Span<UInt8>,
    _ body: (inout MDB_val) -> Result
) -> Result {
    unsafe bytes.withUnsafeBytes { buffer in
        var value = unsafe MDB_val(
            mv_size: buffer.count,
            mv_data: UnsafeMutableRawPointer(mutating: buffer.baseAddress)
        )
        return unsafe body(&value)
    }
}
