internal import FoundationEssentials
internal import Glibc

/// A directory that is removed with all that is in it.
struct ScratchDirectory {
    let path: String

    /// Where scratch directories go unless told otherwise: not `/tmp`, which is often in memory.
    static var defaultParent: String {
        guard let value = getenv("TMPDIR") else { return "/var/tmp" }
        return String(cString: value)
    }

    init(in parent: String) throws {
        var template = Array("\(parent)/account-ledger-bench.XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else {
            let reason = String(cString: strerror(errno))
            throw Failure("cannot make a directory in \(parent): \(reason)")
        }
        path = String(cString: made)
    }

    /// Makes an empty directory in it.
    func makeDirectory(_ name: String) throws -> String {
        let directory = "\(path)/\(name)"
        guard mkdir(directory, 0o700) == 0 else {
            throw Failure("cannot make \(directory): \(String(cString: strerror(errno)))")
        }
        return directory
    }

    /// Removes the ledgers and peers that are in it.
    func remove() {
        try? FileManager.default.removeItem(atPath: path)
    }
}

/// What keeps a measurement from being made.
struct Failure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
