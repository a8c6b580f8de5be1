internal import AccountLedger
internal import ArgumentParser
internal import LedgerFormat
internal import LedgerProjections

/// What a subcommand rebuilds or compares: the built-in views, or the rows of a projection.
enum ViewTarget {
    case builtIn
    case projection(any Projection)

    /// The name by which the built-in views are asked for.
    static let builtInName = "views"

    /// The name on the command line.
    var name: String {
        switch self {
        case .builtIn: Self.builtInName
        case .projection(let projection): projection.name
        }
    }

    /// What people are shown before a verdict; nothing before that of the built-in views.
    var lead: String {
        switch self {
        case .builtIn: ""
        case .projection(let projection): "\(projection.directoryName): "
        }
    }

    /// A table's name among those of all views.
    func name(of table: String) -> String {
        switch self {
        case .builtIn: table
        case .projection(let projection): "\(projection.name)/\(table)"
        }
    }

    /// A row for people and programs; see `ViewRowLine` and `ProjectionRowLine`.
    func json(
        _ table: String, key: [UInt8], value: [UInt8]?
    ) -> (key: JSONValue, value: JSONValue?) {
        switch self {
        case .builtIn: ViewRowLine.json(table, key: key, value: value)
        case .projection(let projection):
            ProjectionRowLine(projection).json(table, key: key, value: value)
        }
    }

    /// Whether a row's value can be read.
    func isReadable(_ table: String, key: [UInt8], value: [UInt8]) -> Bool {
        switch self {
        case .builtIn: ViewRowLine.isReadable(table, key: key, value: value)
        case .projection(let projection):
            ProjectionRowLine(projection).isReadable(table, value: value)
        }
    }
}

/// Which views are meant.
struct ViewOptions: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            "`\(ViewTarget.builtInName)` for the built-in views, or a projection's name; every one"
                + " that rows are kept of where left out.",
            valueName: "name"))
    var name: String?

    /// The views, of a ledger that is open.
    func targets(
        in ledger: Ledger, _ console: Console
    ) throws(CommandFailure) -> [ViewTarget] {
        guard let name else {
            return [.builtIn]
                + console.projections.filter { ledger.keeps($0) }.map { .projection($0) }
        }
        if name == ViewTarget.builtInName { return [.builtIn] }
        return [.projection(try console.projection(name))]
    }
}

extension Console {
    /// The projection of a name.
    func projection(_ name: String) throws(CommandFailure) -> any Projection {
        if let found = projections.first(where: { $0.name == name }) { return found }
        let known = ([ViewTarget.builtInName] + projections.map(\.name)).joined(separator: ", ")
        throw .usage(
            "This program has no view named \(name). It has \(known); an application's own"
                + " projections are in the program that the application builds.")
    }
}
