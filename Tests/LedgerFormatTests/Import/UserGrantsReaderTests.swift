internal import LedgerDomain
internal import LedgerFormat
internal import Testing

@Suite("An export of the table user_grants")
struct UserGrantsReaderTests {
    private static let header = "id,user_id,grant_id,provider,email,label,created_at\n"

    private func read(
        _ text: String, toolkits: [ProviderID: ToolkitID] = [:], chunk: Int = .max
    ) throws -> [UserGrantsReader.Row] {
        var reader = UserGrantsReader(toolkits: toolkits)
        var rows: [UserGrantsReader.Row] = []
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            rows += try reader.push(Array(rest.prefix(chunk)))
            rest = rest.dropFirst(chunk)
        }
        return try rows + reader.finish()
    }

    private func grant(label: String?, toolkit: ToolkitID = "google") -> ImportGrant {
        ImportGrant(
            user: "1114", toolkit: toolkit, grant: "g-1",
            account: ProviderAccount(
                provider: "google", subject: "mara@example.com", email: "mara@example.com"),
            label: label, connectedAt: Timestamp(rfc3339: "2024-01-08T10:03:10.095764Z"),
            source: "user-grants-csv")
    }

    private static let row =
        "1,1114,g-1,google,mara@example.com,Work,2024-01-08 10:03:10.095764+00\n"

    @Test("A row is a grant, with the e-mail address for subject and the provider for toolkit")
    func row() throws {
        let text = Self.header + Self.row
        for chunk in [1, 7, .max] {
            #expect(try read(text, chunk: chunk) == [.grant(grant(label: "Work"), line: 2)])
        }
    }

    @Test("A provider that is mapped becomes its toolkit")
    func toolkits() throws {
        let rows = try read(
            Self.header + Self.row, toolkits: ["google": "gmail", "icloud": "mail"])
        #expect(rows == [.grant(grant(label: "Work", toolkit: "gmail"), line: 2)])
    }

    @Test("NULL and the empty text are no label")
    func labels() throws {
        for label in ["", "\"\""] {
            let row = "1,1114,g-1,google,mara@example.com,\(label),2024-01-08 10:03:10.095764+00"
            #expect(try read(Self.header + row) == [.grant(grant(label: nil), line: 2)])
        }
    }

    @Test("The columns may come in any order")
    func order() throws {
        let text =
            "\"label\",created_at,email,provider,grant_id,user_id,id\r\n"
            + "Work,2024-01-08 11:03:10.095764+01,mara@example.com,google,g-1,1114,1\r\n"
        #expect(try read(text) == [.grant(grant(label: "Work"), line: 2)])
    }

    @Test("A row that cannot be read is named by line and column, and the next ones are read")
    func rejected() throws {
        let rows = [
            "1,\"11\n14\",g-1,google,m@example.com,,2024-01-08 10:03:10Z",
            "2,1114,,google,m@example.com,,2024-01-08 10:03:10+00",
            "3,1114,g-1,google,m@example.com,,yesterday", "4,1114,g-1", "",
            "5,1114,g-1,goo\"gle,m@example.com,,2024-01-08 10:03:10+00",
            "6,1114,g-1,google,m@example.com,,infinity", "7,,g-1,google,,,",
        ]
        let read = try read(Self.header + rows.map { $0 + "\n" }.joined() + Self.row)
        let time = "is not a time as PostgreSQL writes it"
        #expect(
            Array(read.dropFirst()) == [
                .rejected(line: 4, field: "grant_id", reason: "is NULL"),
                .rejected(line: 5, field: "created_at", reason: time),
                .rejected(line: 6, field: nil, reason: "the row has 3 columns, the header 7"),
                .rejected(line: 7, field: nil, reason: "the row has 1 columns, the header 7"),
                .rejected(
                    line: 8, field: "provider", reason: "has a quote, but does not begin with one"),
                .rejected(line: 9, field: "created_at", reason: time),
                .rejected(line: 10, field: "user_id", reason: "is NULL"),
                .grant(grant(label: "Work"), line: 11),
            ])
        guard case .grant(let first, line: 2)? = read.first else {
            Issue.record("the first row is no grant")
            return
        }
        #expect(first.user == "11\n14")
    }

    @Test(
        "A header that is not the table's is one error that names what is wrong with it",
        arguments: [
            ("id,user_id,grant_id,provider,email,label", "lacks created_at"),
            ("id,user_id,grant_id,provider,email,label,created_at,id", "repeats id"),
            ("id,user_id,grant_id,provider,email,label,created_at,scope", "has the unknown scope"),
            (
                "ID,user_id,grant_id,provider,mail,label,created_at",
                "lacks id, email; has the unknown ID, mail"
            ),
            ("1,1114,g-1,google,m@example.com,,", "lacks id, user_id"),
            ("", "is missing: there is nothing to read"),
            ("\"id", "column 1 has no closing quote before the end of the file"),
        ])
    func header(text: String, reason: String) {
        let error = #expect(throws: FieldError.self) { try read(text) }
        #expect(error?.field == "header")
        #expect(error?.reason.hasPrefix(reason) == true, "\(error?.reason ?? "")")
    }

    @Test("After a wrong header every push throws")
    func afterWrongHeader() throws {
        var reader = UserGrantsReader()
        #expect(throws: FieldError.self) { try reader.push(Array("a,b\n".utf8)) }
        #expect(throws: FieldError.self) { try reader.push(Array(Self.row.utf8)) }
        #expect(throws: FieldError.self) { try reader.finish() }
    }

    @Test("A header alone is no grants")
    func headerAlone() throws {
        #expect(try read(Self.header) == [])
    }
}
