package import LedgerDomain

/// Reads an export of the table `user_grants` as grants to import.
///
/// The table is the one that applications keep who group grants by user themselves: `id`,
/// `user_id`, `grant_id`, `provider`, `email`, `label` (may be NULL), `created_at` (timestamptz),
/// exported by `COPY user_grants TO STDOUT WITH (FORMAT csv, HEADER)`, the columns in any order.
///
/// The table has no stable id of the account at the provider, so the e-mail address stands for it.
/// It says nothing of toolkits either: the provider stands for them unless it is mapped. A label
/// of no characters is no label. The limits of texts are left to the decision.
package struct UserGrantsReader: Sendable {
    /// The name of the source, kept on the events.
    package static let source = "user-grants-csv"

    /// A row of the table.
    package enum Row: Hashable, Sendable {
        /// A grant to import, and the line that it begins on.
        case grant(ImportGrant, line: Int)
        /// A row that is no grant: the line that it begins on, the column where one is to blame,
        /// and what is wrong with it.
        case rejected(line: Int, field: String?, reason: String)
    }

    private enum Column: String, CaseIterable {
        case id
        case user = "user_id"
        case grant = "grant_id"
        case provider
        case email
        case label
        case createdAt = "created_at"
    }

    /// The column that a field of a grant is made of; the field itself where none is.
    package static func column(of field: String) -> String {
        let column: Column? =
            switch field {
            case "user": .user
            case "grant": .grant
            case "provider", "account.provider", "toolkit": .provider
            case "account.subject", "account.email": .email
            case "label": .label
            case "connectedAt": .createdAt
            default: nil
            }
        return column?.rawValue ?? field
    }

    private let toolkits: [ProviderID: ToolkitID]
    private var parser = CSVParser()
    private var header: Result<[Column], FieldError>?

    /// Begins a file; where a provider has no toolkit here, its own name stands for it.
    package init(toolkits: [ProviderID: ToolkitID] = [:]) {
        self.toolkits = toolkits
    }

    /// Takes the next bytes in and gives the rows that end in them.
    ///
    /// A header that is not the table's throws, then and ever after.
    package mutating func push(_ bytes: [UInt8]) throws(FieldError) -> [Row] {
        try read(parser.push(bytes))
    }

    /// Gives the last row, if the bytes do not end with a line break; throws where there was no
    /// header.
    package mutating func finish() throws(FieldError) -> [Row] {
        let rows = try read(parser.finish().map { [$0] } ?? [])
        guard header != nil else {
            throw FieldError("header", "is missing: there is nothing to read")
        }
        return rows
    }

    private mutating func read(_ rows: [CSVRow]) throws(FieldError) -> [Row] {
        var rest = rows[...]
        if header == nil, let first = rest.popFirst() { header = Self.header(first) }
        guard let columns = try header?.get() else { return [] }
        return rest.map { row($0, columns) }
    }
}

// MARK: Header

extension UserGrantsReader {
    private static func header(_ row: CSVRow) -> Result<[Column], FieldError> {
        let names: [String]
        switch row.content {
        case .rejected(let error):
            return .failure(FieldError("header", "column \(error.column) \(error)"))
        case .fields(let fields): names = fields.map { $0 ?? "" }
        }
        var columns: [Column] = []
        var unknown: [String] = []
        for name in names {
            // By bytes: equality of strings is canonical equivalence.
            let column = Column.allCases.first { $0.rawValue.utf8.elementsEqual(name.utf8) }
            if let column { columns.append(column) } else { unknown.append(name) }
        }
        if let error = error(columns, unknown) { return .failure(error) }
        return .success(columns)
    }

    private static func error(_ columns: [Column], _ unknown: [String]) -> FieldError? {
        let missing = Column.allCases.filter { !columns.contains($0) }
        let repeated = Column.allCases.filter { column in columns.count { $0 == column } > 1 }
        var faults: [String] = []
        if !missing.isEmpty { faults.append("lacks " + list(missing.map(\.rawValue))) }
        if !repeated.isEmpty { faults.append("repeats " + list(repeated.map(\.rawValue))) }
        if !unknown.isEmpty {
            faults.append("has the unknown " + list(unknown.prefix(8).map(FieldError.displayable)))
        }
        if faults.isEmpty { return nil }
        let expected = "expected are " + list(Column.allCases.map(\.rawValue)) + ", in any order"
        return FieldError("header", (faults + [expected]).joined(separator: "; "))
    }

    private static func list(_ names: [String]) -> String { names.joined(separator: ", ") }
}

// MARK: Rows

extension UserGrantsReader {
    private func row(_ row: CSVRow, _ columns: [Column]) -> Row {
        switch row.content {
        case .rejected(let error):
            let name = error.column <= columns.count ? columns[error.column - 1].rawValue : nil
            return .rejected(line: row.line, field: name, reason: error.description)
        case .fields(let fields) where fields.count != columns.count:
            let reason = "the row has \(fields.count) columns, the header \(columns.count)"
            return .rejected(line: row.line, field: nil, reason: reason)
        case .fields(let fields):
            do {
                let values = Dictionary(uniqueKeysWithValues: zip(columns, fields))
                return .grant(try grant(values), line: row.line)
            } catch {
                return .rejected(line: row.line, field: error.field, reason: error.reason)
            }
        }
    }

    private func grant(_ values: [Column: String?]) throws(FieldError) -> ImportGrant {
        func value(_ column: Column) throws(FieldError) -> String {
            guard case let text?? = values[column] else {
                throw FieldError(column.rawValue, "is NULL")
            }
            return text
        }
        let user = UserID(try value(.user))
        let grant = GrantID(try value(.grant))
        let provider = ProviderID(try value(.provider))
        let email = try value(.email)
        guard let connectedAt = Timestamp(postgreSQL: try value(.createdAt)) else {
            throw FieldError(Column.createdAt.rawValue, "is not a time as PostgreSQL writes it")
        }
        let label = values[.label]?.flatMap { $0.isEmpty ? nil : $0 }
        return ImportGrant(
            user: user, toolkit: toolkits[provider] ?? ToolkitID(provider.text), grant: grant,
            account: ProviderAccount(
                provider: provider, subject: Identifier(email), email: email),
            label: label, connectedAt: connectedAt, source: Self.source)
    }
}
