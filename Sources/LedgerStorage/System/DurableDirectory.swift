/// A directory whose name survives a loss of power.
package enum DurableDirectory {
    /// Makes a directory of mode 0700, unless it is there.
    package static func make(_ path: String) throws(StorageError) {
        try EnvironmentFiles.createDirectory(path)
        do {
            try EnvironmentFiles.synchronizeParent(of: path)
        } catch {
            // Nobody can make a name durable in a directory that may not be read.
            guard error.code == .permissionDenied else { throw error }
        }
    }
}
