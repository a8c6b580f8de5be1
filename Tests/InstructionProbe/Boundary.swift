internal import Synchronization

/// Where the counting of a path begins, and where it ends.
///
/// Valgrind is told to begin a new count whenever it enters this function, and finds it by name.
@inline(never)
func reachedBoundary() {
    // Without an effect the compiler would leave the call out.
    boundaries.add(1, ordering: .relaxed)
}

private let boundaries = Atomic(0)
