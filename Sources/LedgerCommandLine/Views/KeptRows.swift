internal import AccountLedger
internal import LedgerDomain
internal import LedgerFormat
internal import LedgerProjections

/// What `stat` says of the rows that a view keeps.
struct KeptRows {
    /// `views`, or the directory of a projection's edition.
    let name: String
    /// The last record that the rows contain; none where this program does not know them.
    let position: Position?
    /// What the rows come to, where it was asked for.
    let digest: ProjectionDigest?
    /// Why there is no position.
    var problem: String?

    var json: JSONValue {
        JSONValue([
            "view": .string(name), "position": position.map { .number($0.number) } ?? .null,
            "digest": .text(digest?.description), "problem": .text(problem),
        ])
    }

    /// A row for people, beside the head of the log.
    func cells(_ head: Position) -> [Table.Cell] {
        let behind = position.map { String(head.number - min($0.number, head.number)) }
        return [
            .init(name), .init(position?.description ?? problem),
            .init(behind), .init(digest?.description),
        ]
    }
}

extension Ledger {
    /// The rows of all views.
    ///
    /// - Parameter withDigests: Whether to read every row for the digest.
    func keptRows(
        _ console: Console, withDigests: Bool
    ) throws(CommandFailure) -> [KeptRows] {
        let (builtIn, head) = try translated {
            () throws(LedgerError) -> (ProjectionDigest?, Position) in
            (withDigests ? try self.viewDigest() : nil, try self.head())
        }
        var rows = [
            KeptRows(
                name: ViewTarget.builtInName, position: builtIn?.position ?? head, digest: builtIn)
        ]
        for edition in keptEditions {
            let known = console.projections.first { $0.directoryName == edition }
            guard let known else {
                rows.append(
                    KeptRows(
                        name: edition, position: nil, digest: nil,
                        problem: "not known to this program"))
                continue
            }
            rows.append(try keptRows(of: known, withDigest: withDigests))
        }
        return rows
    }

    private func keptRows(
        of projection: some Projection, withDigest: Bool
    ) throws(CommandFailure) -> KeptRows {
        do throws(ProjectionError) {
            let rows = try open(projection)
            defer { rows.close() }
            let digest = withDigest ? try rows.digest() : nil
            let position = try rows.position
            return KeptRows(
                name: projection.directoryName, position: digest?.position ?? position,
                digest: digest)
        } catch {
            guard error.tellsOfRows else { throw CommandFailure(error) }
            let code = CommandFailure(error).code
            return KeptRows(
                name: projection.directoryName, position: nil, digest: nil, problem: code)
        }
    }
}
