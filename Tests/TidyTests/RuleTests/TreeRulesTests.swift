internal import Testing

@Suite("The rules for the tree find what they are for")
struct TreeRulesTests {
    @Test("A folder beyond the four is found, a dot entry is not")
    func strayFolders() {
        let findings = TreeRules.strayFolders(in: [
            "Sources", "Tests", "schemas", "tools", ".build", ".ci", "docs",
        ])
        #expect(findings.map(\.path) == ["docs"])
    }

    @Test(
        "A path of one machine is found",
        arguments: ["home", "root", "work", "opt", "Users"].map { "\"/\($0)/mara/ledger\"" }
    )
    func machinePaths(_ line: String) {
        let findings = TreeRules.machinePaths(in: "# a\n\(line)\n", of: "README.md")
        #expect(findings.map(\.line) == [2])
    }

    @Test(
        "A path that every machine has is left alone, and so is one that only goes on",
        arguments: [
            "/tmp/ledger", "/usr/lib/postgresql/15/bin", "/etc/fstab", "/dev/null",
            "docs/home/page", "https://example.com/work/item", "https://home/page", "a / root / b",
            "</root>", "~/work/ledger", "$HOME/opt/x", "and/or", "/rooted/tree",
        ]
    )
    func otherPaths(_ line: String) {
        #expect(TreeRules.machinePaths(in: line, of: "README.md") == [])
    }
}
