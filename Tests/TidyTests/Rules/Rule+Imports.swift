extension Rule {
    static let imports = [accessLevels, arrows]

    private static let accessLevels = Rule(
        sentence: "every import carries an access level"
    ) { file in
        file.imports.filter { $0.accessLevel == nil }.map {
            file.finding($0.token, "import of \($0.module) without an access level")
        }
    }

    private static let arrows = Rule(sentence: "arrows between modules go down only") { file in
        guard let target = file.target else {
            return []
        }
        let allowed =
            target.isTest ? ModuleTable.importsOfTests : ModuleTable.imports(of: target.name)
        guard let allowed else {
            let message = "no target \(target.name) in ModuleTable"
            return [Finding(path: file.path, line: 1, message: message)]
        }
        return file.imports.filter { !allowed.contains($0.module) }.map {
            file.finding($0.token, "\(target.name) may not import \($0.module)")
        }
    }
}

/// An import declaration.
struct Import {
    let module: String
    let accessLevel: String?
    let token: Token
}

extension SourceFile {
    /// The target a file belongs to, told from its folder.
    var target: (name: String, isTest: Bool)? {
        let parts = path.split(separator: "/").map(String.init)
        guard parts.count > 2, ["Sources", "Tests", "tools"].contains(parts[0]) else {
            return nil
        }
        return (parts[1], parts[0] == "Tests")
    }

    /// The import declarations of a file, conditional ones among them.
    var imports: [Import] {
        code.indices.compactMap { index in
            code[index].isWord("import") ? declaration(at: index) : nil
        }
    }

    /// The declaration whose `import` stands at an index; none where the word is a label or a name.
    private func declaration(at index: Int) -> Import? {
        let token = code[index]
        let before = code[..<index].reversed()
            .prefix { $0.line == token.line && !$0.isSymbol(";") }
            .reversed()
        guard Self.areModifiers(Array(before)) else {
            return nil
        }
        let words = code[(index + 1)...].prefix { $0.kind == .word && $0.line == token.line }
        guard let module = words.first(where: { !Self.kinds.contains($0.text) }) else {
            return nil
        }
        let level = before.last { Self.accessLevels.contains($0.text) }
        return Import(module: module.text, accessLevel: level?.text, token: token)
    }

    /// Whether tokens are nothing but access levels and attributes, those with arguments too.
    private static func areModifiers(_ tokens: [Token]) -> Bool {
        var depth = 0
        var followsAt = false
        for token in tokens {
            defer { followsAt = token.isSymbol("@") }
            if token.isSymbol("(") {
                depth += 1
            } else if token.isSymbol(")") {
                depth -= 1
            } else if depth == 0, !followsAt, !token.isSymbol("@"),
                !accessLevels.contains(token.text)
            {
                return false
            }
        }
        return true
    }

    private static let accessLevels: Set = [
        "public", "package", "internal", "fileprivate", "private",
    ]

    private static let kinds: Set = [
        "struct", "class", "enum", "protocol", "typealias", "func", "let", "var",
    ]
}
