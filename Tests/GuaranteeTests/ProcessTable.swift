internal import Foundation

/// The processes of the machine.
enum ProcessTable {
    /// The state of a process, such as T for one that is stopped; none where it is gone or has
    /// ended.
    static func state(of process: Int32) -> Substring? {
        guard let state = fields(of: "\(process)")?.first, state != "Z", state != "X" else {
            return nil
        }
        return state
    }

    /// The processes that another one has started.
    static func children(of parent: Int32) -> [Int32] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap(Int32.init).filter { process in
            guard let fields = fields(of: "\(process)"), fields.count > 1 else { return false }
            return Int32(fields[1]) == parent
        }
    }

    /// State, parent and more, which follow the name.
    private static func fields(of process: String) -> [Substring]? {
        guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
            let end = text.lastIndex(of: ")")
        else { return nil }
        return text[text.index(after: end)...].split(separator: " ")
    }
}
