/// What holds for the package manifest.
struct ManifestRules {
    let manifest: SourceFile
    /// The names `swiftc -print-supported-features` lists.
    let supportedFeatures: Set<String>

    var findings: [Finding] {
        Rule.compilerFlags.findings(manifest) + misspelledFeatures + missingFeatures
            + targetsWithSettings + settingsLoops + networkStack
    }

    /// The compiler ignores a feature it does not know, so a misspelt name is a check that is off.
    private var misspelledFeatures: [Finding] {
        featureCalls.compactMap { call, argument in
            guard argument.kind == .literal else {
                return manifest.finding(call, "\(call.text) of a name that cannot be checked here")
            }
            return supportedFeatures.contains(argument.text)
                ? nil : manifest.finding(argument, "the compiler knows no feature \(argument.text)")
        }
    }

    private var missingFeatures: [Finding] {
        let named = Set(featureCalls.map(\.argument.text))
        return Self.requiredFeatures.subtracting(named).sorted().map {
            Finding(path: manifest.path, line: 1, message: "feature \($0) is not enabled")
        }
    }

    /// Settings of its own let a target escape those of the loop.
    private var targetsWithSettings: [Finding] {
        manifest.neighbourhoods.compactMap { _, token, after in
            token.isWord("swiftSettings") && after?.isSymbol(":") == true
                ? manifest.finding(token, "a target with swiftSettings of its own") : nil
        }
    }

    private var settingsLoops: [Finding] {
        let loops = manifest.code.indices.filter(isLoopOverTargets)
        guard let loop = loops.first, loops.count == 1 else {
            let line = loops.last.map { manifest.code[$0].line } ?? 1
            let message = "\(loops.count) loops over package.targets; one gives all settings"
            return [Finding(path: manifest.path, line: line, message: message)]
        }
        let rest = manifest.code[loop...]
        let header = rest.prefix { !$0.isSymbol("{") }
        var problems: [Finding] = []
        if let name = header.first(where: { $0.isWord("name") }) {
            problems.append(manifest.finding(name, "the settings loop passes over targets by name"))
        }
        if !rest.contains(where: { $0.isWord("swiftSettings") }) {
            problems.append(manifest.finding(rest[loop], "the loop over targets sets nothing"))
        }
        return problems
    }

    /// The ledger opens no connection; whoever embeds it has a network stack of his own.
    private var networkStack: [Finding] {
        manifest.code.filter {
            $0.text.contains("swift-nio") || $0.text.hasPrefix("NIO")
        }.map { manifest.finding($0, "\($0.text): the ledger needs no network stack") }
    }

    private static let requiredFeatures: Set = [
        "ExistentialAny", "InternalImportsByDefault", "MemberImportVisibility",
    ]

    private var featureCalls: [(call: Token, argument: Token)] {
        manifest.code.indices.dropLast(2).compactMap { index in
            let call = manifest.code[index]
            let isCall =
                call.isWord("enableUpcomingFeature") || call.isWord("enableExperimentalFeature")
            return isCall && manifest.code[index + 1].isSymbol("(")
                ? (call, manifest.code[index + 2]) : nil
        }
    }

    /// Whether `for NAME in package.targets` begins at an index.
    private func isLoopOverTargets(at index: Int) -> Bool {
        var words = manifest.code[index...].prefix(6).map(\.text)
        guard words.count == 6 else {
            return false
        }
        words.remove(at: 1)
        return words == ["for", "in", "package", ".", "targets"]
    }
}
