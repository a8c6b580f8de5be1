internal import CLedgerLMDB
internal import Glibc
internal import Synchronization

/// An open LMDB environment: one data file with its tables.
///
/// Reads see one state of all tables and never wait for writes; writes of all processes happen one
/// after the other and are durable when they return. Every transaction runs in a synchronous
/// closure on the thread that calls.
///
/// Sendable: `handle`, `mapSize` and the handles in `slots` change only while `gate` lets nobody
/// else in, and are otherwise only read from inside it; LMDB's environment itself is made for
/// several threads. Everything else is immutable or guards itself.
@safe package final class Environment: @unchecked Sendable {
    /// The absolute path of the directory.
    package let path: String
    /// The tables, in the order of the definitions that the environment was opened with.
    package let tables: [Table]

    let definitions: [TableDefinition]
    let options: EnvironmentOptions
    let directory: FileDescriptor
    let slots: TableSlots
    let gate = TransactionGate()
    let parkedReaders: ParkedReaders
    let process = ProcessIdentity.current
    let commits = Atomic<Int>(0)
    /// Whether the header found at the next reopening may be in the page cache only.
    let hasUnknownOutcome = Atomic<Bool>(false)
    /// LMDB's environment; nil when a reopening failed, and after closing.
    @exclusivity(unchecked)
    var handle: OpaquePointer?
    /// How often LMDB's environment was opened.
    let openings = Atomic<Int>(0)
    /// What the map has grown to, for the next reopening.
    var mapSize: Int
    private let identity: EnvironmentRegistry.Identity
    private let lock = Mutex<OwnerLock?>(nil)
    private static let serial = Atomic<UInt64>(0)

    /// Opens the environment in a directory.
    ///
    /// Nothing is written when the directory, or the data file in it, is absent and was not to be
    /// made. The same directory cannot be opened twice in one process.
    ///
    /// - Parameters:
    ///   - path: a directory on a local file system, not a symbolic link.
    ///   - tables: the tables; all of them must be named, in any order, at every opening.
    ///   - options: how to open it.
    package static func open(
        at path: String,
        tables: [TableDefinition],
        options: EnvironmentOptions = EnvironmentOptions()
    ) throws(StorageError) -> Environment {
        try checkLibrary()
        let (directory, isNew) = try openDirectory(try DirectoryPath.absolute(path), options)
        let identity = try EnvironmentRegistry.enter(directory)
        // From here on the environment leaves the registry, when it is closed.
        let environment = Environment(directory, tables, options, identity)
        do throws(StorageError) {
            if try EnvironmentFiles.isUnclaimed(directory) {
                try environment.refuseForeignContents()
            }
            let lock = try OwnerLock.take(
                in: directory, access: options.access, exclusive: options.exclusive)
            environment.lock.withLock { $0 = lock }
            try environment.openHandle()
        } catch {
            environment.close()
            if options.access == .create {
                EnvironmentFiles.removeUnused(in: directory, path: directory.path, isNew: isNew)
            }
            throw error
        }
        return environment
    }

    /// Opens with the map asked for, or with a smaller one that there is address space for.
    ///
    /// A process has room for about 127 maps of 1 TiB. A smaller map can grow.
    package static func openWithRoom(
        at path: String, tables: [TableDefinition], options: EnvironmentOptions
    ) throws(StorageError) -> Environment {
        var options = options
        while true {
            do {
                return try open(at: path, tables: tables, options: options)
            } catch {
                guard error.isOutOfAddressSpace, options.mapSize > smallestMap else { throw error }
                options.mapSize = max(smallestMap, options.mapSize / 16)
            }
        }
    }

    private static let smallestMap = 16 << 20

    private init(
        _ directory: FileDescriptor,
        _ definitions: [TableDefinition],
        _ options: EnvironmentOptions,
        _ identity: EnvironmentRegistry.Identity
    ) {
        let serial = Environment.serial.add(1, ordering: .relaxed).newValue
        self.path = directory.path
        self.definitions = definitions
        self.options = options
        self.directory = directory
        self.identity = identity
        mapSize = options.mapSize
        parkedReaders = ParkedReaders(slots: options.maxReaders)
        slots = TableSlots(names: definitions.map(\.name), environment: serial)
        tables = definitions.enumerated().map { index, definition in
            Table(kind: definition.kind, index: index, environment: serial)
        }
    }

    deinit {
        // A process that inherited the environment through fork must leave it alone.
        if ProcessIdentity.current == process { close() }
        slots.deallocate()
    }

    /// The table of a name, or nil where the environment was opened without it.
    package func table(_ name: String) -> Table? {
        definitions.firstIndex { $0.name == name }.map { tables[$0] }
    }

    /// Ends the environment: waits for running transactions, and refuses later ones.
    ///
    /// Closing again does nothing. From inside a transaction of its own thread it returns at
    /// once, and the end of the last transaction closes.
    package func close() {
        guard ProcessIdentity.current == process else { return }
        if gate.close() { tearDown() }
    }

    /// Whether the calling thread is inside a read.
    package var isReading: Bool {
        process == ProcessIdentity.current && gate.isInside(.read)
    }

    /// Releases everything; only the caller that the gate chose may do so.
    func tearDown() {
        closeHandle()
        lock.withLock { $0 = nil }
        EnvironmentRegistry.leave(identity)
        gate.finishClosing()
    }
}
