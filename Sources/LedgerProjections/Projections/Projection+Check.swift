internal import LedgerDomain

extension Projection {
    /// The directory of the edition's rows, by its own name.
    package var directoryName: String { "\(name).v\(version)" }

    /// Refuses a definition that rows cannot be kept by.
    package func check() throws(ProjectionError) {
        try checkName(name, of: "The projection")
        guard 1...65_535 ~= version else {
            throw invalid("The version is \(version). Give one of 1 to 65535.")
        }
        let names = tables.map(\.name)
        for name in names { try checkName(name, of: "A table") }
        guard 1...16 ~= names.count, Set(names.map { Array($0.utf8) }).count == names.count else {
            throw invalid("It has \(names.count) tables. Declare 1 to 16 with different names.")
        }
        let both = handles.intersection(ignores)
        guard both.isEmpty else {
            throw invalid("It handles and ignores \(list(both)). Decide for one.")
        }
        let neither = Set(EventKind.allCases).subtracting(handles).subtracting(ignores)
        guard neither.isEmpty else {
            throw invalid("It neither handles nor ignores \(list(neither)). Decide for one.")
        }
    }

    private func checkName(_ name: String, of what: String) throws(ProjectionError) {
        let isValid =
            1...64 ~= name.utf8.count
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                    UInt8(ascii: "-"):
                    true
                default: false
                }
            }
        guard !isValid else { return }
        throw invalid("\(what) has a name that is not 1 to 64 of a-z, 0-9 and \"-\".")
    }

    private func list(_ kinds: Set<EventKind>) -> String {
        kinds.map(\.rawValue).sorted().joined(separator: ", ")
    }

    private func invalid(_ message: String) -> ProjectionError {
        ProjectionError(.invalidDefinition, "Projection \(type(of: self)): \(message)")
    }
}
