/// How an environment is opened.
package struct EnvironmentOptions: Sendable {
    /// What the environment is opened for.
    package enum Access: Sendable, Hashable {
        /// Reading and writing what exists; missing tables are added to a ledger, never to an
        /// LMDB file of something else.
        case readWrite
        /// As for reading and writing; what does not exist is made.
        case create
        /// Reading only; the data file stays byte for byte as it is.
        case readOnly
    }

    /// The least share of address space to map, in bytes; costs neither disk nor memory.
    package var mapSize: Int
    /// How many read transactions may be open at once, over all processes.
    package var maxReaders: Int
    /// What the environment is opened for.
    package var access: Access
    /// Whether to keep every other process out.
    package var exclusive: Bool
    /// Whether to open on a file system that is known not to keep LMDB's promises.
    package var allowUnsupportedFileSystem: Bool
    /// Bytes of the file system that ordinary writes leave free.
    package var freeSpaceReserve: Int
    /// How long a read transaction may last before it is reported, to some milliseconds; nil for
    /// never.
    package var longReaderWarning: Duration?
    /// Is told how long a read transaction lasted that exceeded the limit, on its thread.
    package var onLongReader: (@Sendable (Duration) -> Void)?
    /// Whether commits return before anything is durable: a crash then destroys the whole file.
    ///
    /// For scratch environments only, which are made anew after a crash.
    package var openWithoutDurability: Bool
    /// Whether tables that a file with others lacks may be made in it.
    ///
    /// Is asked before anything is written, so that a file of something else, or of a newer
    /// version, stays as it is. Tables that were not made are missing when they are used.
    package var mayAddTables: @Sendable (Environment, borrowing Snapshot) -> Bool
    /// Looks up the file system of a directory; tests put other answers here.
    var fileSystemProbe: @Sendable (String) throws(StorageError) -> Int

    /// Chooses how to open an environment.
    package init(
        mapSize: Int = 1 << 40,
        maxReaders: Int = 512,
        access: Access = .readWrite,
        exclusive: Bool = false,
        allowUnsupportedFileSystem: Bool = false,
        freeSpaceReserve: Int = 0,
        longReaderWarning: Duration? = .seconds(5),
        onLongReader: (@Sendable (Duration) -> Void)? = nil,
        openWithoutDurability: Bool = false
    ) {
        self.mapSize = mapSize
        self.maxReaders = maxReaders
        self.access = access
        self.exclusive = exclusive
        self.allowUnsupportedFileSystem = allowUnsupportedFileSystem
        self.freeSpaceReserve = freeSpaceReserve
        self.longReaderWarning = longReaderWarning
        self.onLongReader = onLongReader
        self.openWithoutDurability = openWithoutDurability
        mayAddTables = { _, _ in true }
        fileSystemProbe = { path throws(StorageError) in try FileSystem.type(at: path) }
    }
}
