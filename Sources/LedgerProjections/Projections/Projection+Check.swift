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
        if let problem = DefinitionCheck.problem(handling: handles, ignoring: ignores) {
            throw invalid(problem)
        }
    }

    private func checkName(_ name: String, of what: String) throws(ProjectionError) {
        if let problem = DefinitionCheck.problem(withName: name, of: what) {
            throw invalid(problem)
        }
    }

    private func invalid(_ message: String) -> ProjectionError {
        ProjectionError(.invalidDefinition, "Projection \(type(of: self)): \(message)")
    }
}
