internal import Glibc
internal import Synchronization

/// The identifier of this process, without a system call for every question.
///
/// It is remembered on a page that the kernel shows empty to a forked child, however the child was
/// made; remembered anywhere else it would be that of the parent.
enum ProcessIdentity {
    /// What `getpid()` answers.
    static var current: pid_t {
        guard let page else { return getpid() }
        let remembered = unsafe page.number.pointee.load(ordering: .relaxed)
        if remembered != 0 { return remembered }
        let found = getpid()
        unsafe page.number.pointee.store(found, ordering: .relaxed)
        return found
    }

    /// Sendable: the pointer never changes, what it points at is atomic.
    @safe private struct Page: @unchecked Sendable {
        let number: UnsafeMutablePointer<Atomic<pid_t>>
    }

    /// Stays for the life of the process; nil where the system cannot wipe a page.
    private static let page: Page? = {
        let size = Int(sysconf(Int32(_SC_PAGESIZE)))
        let memory = unsafe mmap(
            nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let memory = unsafe memory, unsafe memory != MAP_FAILED else { return nil }
        guard unsafe madvise(memory, size, Int32(MADV_WIPEONFORK)) == 0 else {
            unsafe munmap(memory, size)
            return nil
        }
        let number = unsafe memory.bindMemory(to: Atomic<pid_t>.self, capacity: 1)
        unsafe number.initialize(to: Atomic(0))
        return unsafe Page(number: number)
    }()
}
