internal import Glibc
internal import SpeedPeer

/// What a measurement was made on: numbers mean nothing without it.
struct Machine: CustomStringConvertible {
    let processor: String
    let processors: Int
    let kernel: String
    let fileSystem: String
    let isInMemory: Bool
    let swiftVersion: String

    init(scratch: ScratchDirectory, swiftVersion: String) {
        processor = Self.value(of: "model name", in: "/proc/cpuinfo") ?? "unknown"
        processors = sysconf(Int32(_SC_NPROCESSORS_ONLN))
        var name = utsname()
        uname(&name)
        kernel = withUnsafeBytes(of: name.release) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        fileSystem = String(cString: speed_peer_file_system(scratch.path))
        isInMemory = speed_peer_is_in_memory(fileSystem) != 0
        self.swiftVersion = swiftVersion
    }

    var description: String {
        let lmdb = String(cString: speed_peer_lmdb_version())
        let warning = isInMemory ? "\nThis is no disk: what is called durable below is not." : ""
        return """
            processor    \(processor), \(processors) of them
            kernel       \(kernel)
            file system  \(fileSystem)
            Swift        \(swiftVersion)
            LMDB         \(lmdb)\(warning)

            """
    }

    /// The value of a line `name: value` of a file of the kernel's.
    static func value(of name: String, in path: String) -> String? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 4096)
        while fgets(&line, Int32(line.count), file) != nil {
            let bytes = line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
            let text = String(decoding: bytes, as: UTF8.self)
            guard text.hasPrefix(name), let colon = text.firstIndex(of: ":") else { continue }
            let value = text[text.index(after: colon)...].drop { $0.isWhitespace }
            return String(value.prefix { !$0.isNewline })
        }
        return nil
    }

    /// A number of kB in a file of the kernel's about this process, in MB.
    static func megabytes(of name: String, in path: String = "/proc/self/status") -> Double {
        let kilobytes = value(of: name, in: path)?.prefix { $0.isNumber } ?? ""
        return (Double(kilobytes) ?? 0) / 1000
    }
}
