internal import Foundation
internal import LedgerDomain
internal import LedgerFormat

/// A row that was not imported, and why.
struct RejectedRow: Hashable {
    /// The line that the row begins on.
    let line: Int
    /// The refusal's name; `invalid` where the row is no grant.
    let refusal: String
    /// The field that is to blame, where one is.
    let field: String?
    let reason: String

    init(line: Int, field: String?, reason: String) {
        self.line = line
        refusal = "invalid"
        self.field = field
        self.reason = reason
    }

    init(line: Int, _ refusal: Refusal) {
        self.line = line
        self.refusal = refusal.name
        if case .invalid(let field, let reason) = refusal {
            self.field = field
            self.reason = reason
        } else {
            field = nil
            reason = RefusalText.sentence(refusal)
        }
    }

    var json: JSONValue {
        JSONValue([
            "line": .integer(Int64(line)),
            "refusal": .string(refusal),
            "field": .text(field) ?? .null,
            "reason": .string(reason),
        ])
    }

    var text: String {
        let place = [refusal, field].compactMap { $0 }.joined(separator: ": ")
        return "line \(line): \(place): \(reason)"
    }
}

/// The file that rejected rows are written to, one JSON object a line.
enum RejectsFile {
    /// Makes the file, or empties it.
    static func open(_ path: String) throws(CommandFailure) -> TextOutput {
        let attributes: [FileAttributeKey: Any] = [.posixPermissions: 0o600]
        guard
            FileManager.default.createFile(
                atPath: path, contents: nil, attributes: attributes),
            let file = FileHandle(forWritingAtPath: path)
        else {
            throw CommandFailure(
                .unusable, code: "pathProblem",
                "The file \(path) for rejected rows cannot be written. Check the path.")
        }
        return TextOutput(path) { bytes in try file.write(contentsOf: Data(bytes)) }
    }
}
