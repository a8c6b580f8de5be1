internal import Glibc

/// The streams that a process is started with: input, output and errors.
package enum StandardStreams {
    /// Occupies the numbers of streams that the process was started without.
    ///
    /// The next file to be opened would get such a number, and what is written to a stream would
    /// end up in the file of a ledger. What stands in for a stream fails when it is used, as the
    /// missing one would. Call it before anything is opened.
    package static func occupyMissing() {
        for number in STDIN_FILENO...STDERR_FILENO where fcntl(number, F_GETFD) < 0 {
            let wrongWay = number == STDIN_FILENO ? O_WRONLY : O_RDONLY
            _ = unsafe open("/dev/null", wrongWay)
        }
    }
}
