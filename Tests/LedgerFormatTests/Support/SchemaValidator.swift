internal import LedgerFormat
internal import Testing

/// The JSON Schemas of this package, judged by a validator that is not this package.
enum SchemaValidator {
    /// The numbers, from 1, of the lines that do not fit a schema, each with what is wrong with it.
    static func faults(of lines: [String], in schema: String) throws -> [Int: String] {
        let input = lines.map { $0 + "\n" }.joined()
        let run = try Tool.validator().run(
            [PackageFiles.path(schema), "-"], input: Array(input.utf8))
        // 2 is a schema or a machine that cannot be used.
        try #require(run.status < 2, "\(run.text)")
        var faults: [Int: String] = [:]
        for message in run.text.split(separator: "\n") {
            let parts = message.split(separator: ":", maxSplits: 2)
            let number = try #require(parts.count == 3 ? Int(parts[1]) : nil, "\(message)")
            faults[number] = (faults[number].map { $0 + "; " } ?? "") + String(parts[2])
        }
        return faults
    }

    /// Expects every line to fit.
    static func expectValid(
        _ values: [JSONValue], in schema: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let lines = values.map(\.serialized)
        for (number, fault) in try faults(of: lines, in: schema) {
            Issue.record("\(lines[number - 1]):\(fault)", sourceLocation: sourceLocation)
        }
    }
}
