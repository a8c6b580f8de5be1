public import LedgerDomain
package import LedgerFormat
internal import LedgerProjections
public import Logging

/// How a ledger is opened.
public struct LedgerOptions: Sendable {
    /// What a ledger is opened for.
    public enum Access: Sendable, Hashable {
        /// Reading and writing; a ledger that is absent is made.
        case create
        /// Reading and writing a ledger that is made now.
        ///
        /// Where there is a ledger already, opening fails with `LedgerError.Code.alreadyExists`.
        /// Of several processes that make one in the same place at once, one succeeds.
        case createNew
        /// Reading and writing a ledger that exists.
        case readWrite
        /// Reading only; the data file stays byte for byte as it is.
        ///
        /// The two lock files are made where they are missing and may change, so both have to be
        /// writable, unless the file system is mounted read-only.
        case readOnly
    }

    /// What the ledger is opened for; `create`.
    public var access: Access = .create
    /// What a ledger that is made allows; a ledger that exists keeps its own.
    public var policy = Policy()
    /// Whether a ledger that is made takes the time from each command; for tests and simulations
    /// only.
    public var usesSimulatedClock = false
    /// The address space to reserve, in bytes; 1 TiB.
    ///
    /// It costs neither disk nor memory. Make it smaller
    /// where address space is limited (`ulimit -v`, valgrind); it grows by itself. Where so
    /// much is not to be had, less is taken.
    public var mapSize = 1 << 40
    /// How many reads may run at once, over all processes; the first to open decides; 512.
    public var maximumReaders = 512
    /// How many commands may wait to be written; more are refused as overload; 8192.
    public var maximumWaitingCommands = 8192
    /// How many commands may share a commit; 4096.
    ///
    /// A commit of far more would hold more changed pages than
    /// LMDB can keep track of.
    public var maximumCommandsPerCommit = 4096
    /// How many bytes of the file system ordinary writes leave free; 0.
    public var freeSpaceReserve = 0
    /// Whether to keep every other process out; false.
    public var isExclusive = false
    /// Whether to open on a network file system or another that cannot keep LMDB's promises; false.
    ///
    /// Records can be lost there, and the file can be damaged.
    public var allowsUnsupportedFileSystem = false
    /// Where diagnostics go.
    ///
    /// No token, e-mail address or label is among them.
    public var logger = Logger(label: "account-ledger")
    /// Where tests take so many bytes for a name or a token from, so that they repeat themselves;
    /// the system where left out, because whoever can guess a token owns it.
    package var repeatableBytes: (@Sendable (Int, RandomUse) -> [UInt8])?
    /// Of how many of the last records the changes are kept for those who follow.
    package var changesKept = ChangeLog.usuallyKept
    /// Whether the kernel tells of commits; a test leaves it out.
    package var hearsCommits = true

    /// What a ledger that is made says of itself, where it is one that was lost.
    package var restoredHeader: LedgerHeader?

    /// The defaults.
    public init() {}

    /// For a given purpose, else the defaults.
    public init(access: Access) {
        self.access = access
    }
}

/// What random bytes are for, and where in the log.
package enum RandomUse: Hashable, Sendable {
    /// The credential that a command makes behind this record.
    case credential(after: Position)
    /// The token of the state that a command issues behind this record.
    case token(after: Position)
    /// The event that is recorded at this time.
    case event(at: Timestamp)
}
