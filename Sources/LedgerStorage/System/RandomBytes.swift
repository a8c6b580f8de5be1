internal import CLedgerLMDB
internal import Glibc

/// Returns bytes from the kernel's random generator, fit for tokens and keys.
package func secureRandomBytes(_ count: Int) throws(StorageError) -> [UInt8] {
    var failure: Int32 = 0
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: max(count, 0)) { buffer, filled in
        while filled < count {
            let rest = unsafe UnsafeMutableBufferPointer(rebasing: buffer[filled...])
            let result = retrying { unsafe getrandom(rest.baseAddress, rest.count, 0) }
            guard result > 0 else {
                failure = errno
                return
            }
            filled += result
        }
    }
    guard bytes.count == count else {
        throw .systemCall("read", on: "the kernel's random generator", failure)
    }
    return bytes
}
