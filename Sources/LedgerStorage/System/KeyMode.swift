internal import Glibc
internal import Synchronization

/// A terminal that hands over each key at once and does not show it, until this is ended.
///
/// Control-C stays a signal. The keys that suspend and that abort are without effect, because the
/// shell would be left the terminal as it is here. A hangup ends it before it ends the process, as
/// does any signal given to `endBeforeProcess(by:)`.
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
        TakenTerminal.note(settings, number)
        Self.endBeforeProcess(by: SIGHUP)
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
            TakenTerminal.forget()
        }
    }

    deinit { end() }

    /// Has a signal end the process as it does by itself, and any key mode before; a hangup that
    /// is ignored stays so.
    package static func endBeforeProcess(by signal: Int32) {
        var found = sigaction()
        if signal == SIGHUP, unsafe sigaction(signal, nil, &found) == 0,
            unsafe unsafeBitCast(found.__sigaction_handler.sa_handler, to: Int.self) == 1
        {
            return
        }
        TakenTerminal.prepare()
        var action = sigaction()
        // Once only: what the handler raises has the usual effect.
        action.sa_flags = Int32(bitPattern: UInt32(SA_RESETHAND))
        unsafe action.__sigaction_handler.sa_handler = { number in
            TakenTerminal.giveBack()
            _ = raise(number)
        }
        _ = unsafe sigaction(signal, &action, nil)
    }
}

/// The terminal that is to be given back by a handler of signals, which must take no lock.
private enum TakenTerminal {
    private static let number = Atomic<Int32>(-1)
    /// Written while `number` is -1, and read only while it is not.
    ///
    /// It is never freed: a handler may be reading it.
    nonisolated(unsafe) private static let settings = unsafe makeSettings()

    private static func makeSettings() -> UnsafeMutablePointer<termios> {
        let place = UnsafeMutablePointer<termios>.allocate(capacity: 1)
        unsafe place.initialize(to: termios())
        return unsafe place
    }

    /// Makes what a handler uses, which must not be made in one.
    static func prepare() {
        _ = unsafe settings
        _ = number.load(ordering: .relaxed)
    }

    static func note(_ found: termios, _ descriptor: Int32) {
        number.store(-1, ordering: .sequentiallyConsistent)
        unsafe settings.pointee = found
        number.store(descriptor, ordering: .sequentiallyConsistent)
    }

    static func forget() { number.store(-1, ordering: .sequentiallyConsistent) }

    /// Does not wait until all is shown: nobody may be looking any more.
    static func giveBack() {
        let descriptor = number.load(ordering: .sequentiallyConsistent)
        if descriptor >= 0 { _ = unsafe tcsetattr(descriptor, TCSANOW, settings) }
    }
}
