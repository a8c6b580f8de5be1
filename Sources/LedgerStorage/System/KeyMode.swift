internal import Glibc
internal import Synchronization

/// A terminal that hands over each key at once and does not show it, until this is ended.
///
/// Control-C stays a signal. The keys that suspend and that abort are without effect, because the
/// shell would be left the terminal as it is here.
package final class KeyMode: Sendable {
    private let number: Int32
    private let before: Mutex<termios?>

    /// Begins, where standard input is a terminal; none elsewhere.
    package convenience init?() {
        self.init(of: STDIN_FILENO)
    }

    /// Begins on the terminal that a descriptor is open on.
    init?(of number: Int32) {
        var settings = termios()
        guard unsafe tcgetattr(number, &settings) == 0 else { return nil }
        before = Mutex(settings)
        self.number = number
        settings.c_lflag &= ~tcflag_t(ICANON | ECHO)
        // Indices of <bits/termios-c_cc.h>: VQUIT 1, VTIME 5, VMIN 6, VSUSP 10; 0 disables a key.
        settings.c_cc.1 = 0
        settings.c_cc.5 = 0
        settings.c_cc.6 = 1
        settings.c_cc.10 = 0
        guard unsafe tcsetattr(number, TCSADRAIN, &settings) == 0 else { return nil }
    }

    /// Makes the terminal what it was before; once is enough.
    package func end() {
        before.withLock { settings in
            guard var found = settings else { return }
            settings = nil
            _ = unsafe tcsetattr(number, TCSADRAIN, &found)
        }
    }

    deinit { end() }
}
