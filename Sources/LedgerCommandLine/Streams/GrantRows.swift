internal import LedgerDomain
internal import LedgerFormat

/// The rows of a table of grants, read a chunk at a time.
struct GrantRows {
    private let source: StoppableInput
    private var reader: UserGrantsReader
    private var isAtEnd = false
    /// Whether the wish to stop came before the end.
    private(set) var isStopped = false

    init(_ source: StoppableInput, _ toolkits: [ToolkitMapping]) {
        self.source = source
        reader = UserGrantsReader(
            toolkits: Dictionary(
                toolkits.map { ($0.provider, $0.toolkit) }, uniquingKeysWith: { $1 }))
    }

    /// The rows that end in the next chunk, none at the end.
    ///
    /// A header that is not the table's throws.
    mutating func next(upTo count: Int) async throws(CommandFailure) -> [UserGrantsReader.Row]? {
        guard !isAtEnd else { return nil }
        switch await source.next(upTo: count) {
        case .failed(let error): throw CommandFailure(error)
        case .stopped:
            isStopped = true
            isAtEnd = true
            return nil
        case .bytes(let bytes):
            isAtEnd = bytes.isEmpty
            do {
                return try isAtEnd ? reader.finish() : reader.push(bytes)
            } catch {
                throw CommandFailure(
                    .unusable, code: "invalidHeader",
                    "The file is not the table: its \(error). Nothing was imported.")
            }
        }
    }
}
