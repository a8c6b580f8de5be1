/// Which target may import what: arrows go down only.
///
/// A target that is missing here may not exist, and a module that is missing in its row may not be
/// imported there, even where SwiftPM would let it through because another target reaches it.
enum ModuleTable {
    /// Our modules by target, lowest first; each may reach only what its own row names.
    private static let modules: [(target: String, imports: Set<String>)] = [
        ("CLedgerLMDB", []),
        ("LedgerDomain", []),
        ("LedgerStorage", ["CLedgerLMDB"]),
        ("LedgerFormat", ["LedgerDomain"]),
        ("LedgerJournal", ["LedgerDomain", "LedgerStorage", "LedgerFormat"]),
        ("LedgerProjections", ["LedgerDomain", "LedgerStorage", "LedgerFormat", "LedgerJournal"]),
        ("LedgerAudit", below("LedgerAudit")),
        ("AccountLedger", below("AccountLedger")),
        ("LedgerPlatforms", ["LedgerDomain", "LedgerFormat"]),
        ("AccountLedgerTesting", below("AccountLedgerTesting")),
        ("LedgerAccessTokens", ["LedgerDomain"]),
        ("LedgerCommandLine", below("LedgerCommandLine").union(["LedgerPlatforms"])),
        ("LedgerLifecycle", ["AccountLedger"]),
        ("account-ledger", ["LedgerCommandLine"]),
    ]

    /// The modules that a backend embeds, lowest first.
    ///
    /// The C module is not among them: it is for LedgerStorage alone.
    private static let embedded = [
        "LedgerDomain", "LedgerStorage", "LedgerFormat", "LedgerJournal", "LedgerProjections",
        "LedgerAudit", "AccountLedger",
    ]

    private static func below(_ target: String) -> Set<String> {
        Set(embedded.prefix { $0 != target })
    }

    /// Packages of others.
    private static let packages: [String: Set<String>] = [
        "LedgerFormat": ["SwiftProtobuf", "Crypto"],
        "AccountLedger": ["Logging", "CoreMetrics"],
        "LedgerPlatforms": ["Crypto"],
        "LedgerAccessTokens": ["JWTKit"],
        "LedgerCommandLine": ["ArgumentParser"],
        "LedgerLifecycle": ["ServiceLifecycle"],
    ]

    private static let standard: Set = [
        "Dispatch", "Foundation", "FoundationEssentials", "Synchronization",
    ]
    private static let operatingSystem: Set = ["Glibc"]

    /// The domain is deterministic by construction, and the executable holds no logic.
    private static let withoutStandardModules: Set = [
        "CLedgerLMDB", "LedgerDomain", "account-ledger",
    ]

    /// What a target may import; none for a target that the table does not know.
    static func imports(of target: String) -> Set<String>? {
        guard let row = modules.first(where: { $0.target == target }) else {
            return nil
        }
        var allowed = row.imports.union(packages[target] ?? [])
        if !withoutStandardModules.contains(target) {
            allowed.formUnion(standard)
        }
        if target == "LedgerStorage" {
            allowed.formUnion(operatingSystem)
        }
        return allowed
    }

    /// What only tests use.
    private static let ofTests: Set = [
        "Testing", "LedgerTestSupport", "MetricsTestKit", "UnixSignals", "CryptoExtras",
    ]

    /// What every test target may import: all of ours, what ours build on, and the test library.
    static var importsOfTests: Set<String> {
        packages.values.reduce(into: standard.union(operatingSystem).union(ofTests)) {
            $0.formUnion($1)
        }.union(modules.map(\.target))
    }
}
