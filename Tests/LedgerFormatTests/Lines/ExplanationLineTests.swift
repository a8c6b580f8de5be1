internal import LedgerFormat
internal import Testing

@Suite("Changed fields of an answer")
struct ExplanationLineTests {
    private func answer(_ name: String, _ number: Int64 = 1) -> JSONValue {
        JSONValue(["account": JSONValue(["name": .string(name)]), "number": .integer(number)])
    }

    @Test("texts that differ in their bytes differ, also where they look the same")
    func normalForms() throws {
        let changes = ExplanationLine.changes(from: answer("\u{E9}"), to: answer("e\u{301}"))
        #expect(changes.map(\.field) == ["account.name"])
        #expect(ExplanationLine.changes(from: answer("\u{E9}"), to: answer("\u{E9}")).isEmpty)
    }

    @Test("position and version move by themselves and are no change")
    func moving() {
        let (before, after) = (
            JSONValue(["position": .integer(1), "version": .integer(1), "a": .null]),
            JSONValue(["position": .integer(2), "version": .integer(2), "a": .bool(true)])
        )
        #expect(ExplanationLine.changes(from: before, to: after).map(\.field) == ["a"])
    }
}
