internal import Foundation
internal import LMDBPeer
internal import Peers
internal import PostgreSQLPeer
internal import SQLitePeer

/// What a measurement was made on: numbers mean nothing without it.
struct Machine {
    /// Names and values.
    let rows: [[String]]

    init(scratch: ScratchDirectory, swiftVersion: String, postgresql: String?) throws {
        let processor = Self.value(of: "model name", in: "/proc/cpuinfo") ?? "unknown"
        var name = utsname()
        uname(&name)
        let kernel = withUnsafeBytes(of: name.release) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        let fileSystem = String(cString: peer_file_system(scratch.path))
        let warning = fileSystem == "tmpfs" ? ": no disk, what is called durable is not" : ""
        let memory = Self.megabytes(of: "MemTotal", in: "/proc/meminfo") / 1000
        rows = [
            ["processor", "\(processor), \(sysconf(Int32(_SC_NPROCESSORS_ONLN))) of them"],
            ["memory", "\(wholeNumber(memory)) GB"],
            ["load before", Self.load],
            ["kernel", kernel],
            ["file system", fileSystem + warning],
            ["Swift", swiftVersion],
            ["LMDB", String(cString: lmdb_peer_version())],
            ["SQLite", String(cString: sqlite_peer_version())],
            ["PostgreSQL", try postgresql.map(Self.postgresqlVersion) ?? "not measured"],
        ]
    }

    /// What else the machine had to do: processes that ran or waited, over the last minute.
    private static var load: String {
        let text = try? String(contentsOfFile: "/proc/loadavg", encoding: .utf8)
        return text?.split(separator: " ").first.map(String.init) ?? "unknown"
    }

    private static func postgresqlVersion(at place: String) throws -> String {
        var version = [CChar](repeating: 0, count: 32)
        guard postgresql_peer_version(place, &version, version.count) == 0 else {
            throw Failure(String(cString: peer_message()))
        }
        return String(decoding: version.prefix { $0 != 0 }.map { UInt8($0) }, as: UTF8.self)
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
