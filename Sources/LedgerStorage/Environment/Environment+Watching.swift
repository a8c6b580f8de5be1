extension Environment {
    /// Starts a thread that is told of the commits of all processes.
    ///
    /// A commit is told of as soon as its last page is written, which is before other transactions
    /// see it by a moment: look again. Who only reads tells of nothing. A file that is put in the
    /// place of this one is neither told of nor read: the environment keeps the one it opened.
    package func watch(
        thread name: String, listens: Bool = true,
        _ body: @escaping @Sendable (FileWatch.Sign, FileWatch) -> Duration?
    ) throws(StorageError) -> FileWatch {
        try FileWatch(
            of: "\(path)/\(EnvironmentFiles.data)", thread: name, listens: listens, body)
    }
}
