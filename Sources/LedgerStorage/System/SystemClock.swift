internal import Glibc

/// The clocks of the operating system.
package enum SystemClock {
    /// Microseconds since 1970-01-01 00:00 UTC; may step backwards when the clock is set.
    package static func now() -> Int64 {
        let time = read(CLOCK_REALTIME)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
    }

    /// Nanoseconds of a clock that is never set, for durations and deadlines.
    static func monotonic() -> Int64 {
        let time = read(CLOCK_MONOTONIC)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    /// The same clock as of the last tick, some milliseconds ago at most; cheaper to read.
    static func coarse() -> Int64 {
        let time = read(CLOCK_MONOTONIC_COARSE)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    private static func read(_ clock: clockid_t) -> timespec {
        var time = timespec()
        let result = unsafe clock_gettime(clock, &time)
        // These clocks exist on every Linux; the call cannot fail with a valid pointer.
        assert(result == 0)
        return time
    }
}
