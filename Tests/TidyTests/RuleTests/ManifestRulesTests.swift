internal import Testing

@Suite("The manifest rules find what they are for")
struct ManifestRulesTests {
    static let sound = """
        let package = Package(name: "ledger", targets: [.target(name: "A")])
        for target in package.targets where target.type != .system {
            target.swiftSettings = [
                .enableUpcomingFeature("ExistentialAny"),
                .enableUpcomingFeature("InternalImportsByDefault"),
                .enableUpcomingFeature("MemberImportVisibility"),
                .enableExperimentalFeature("Lifetimes"),
            ]
        }
        """

    /// What to replace in the sound manifest, and by what, so that it is sound no more.
    static let damages: [(String, String)] = [
        ("\"Lifetimes\"", "\"Lifetime\""),
        ("\"Lifetimes\"", "name"),
        (".enableUpcomingFeature(\"ExistentialAny\"),", "// ExistentialAny"),
        (".target(name: \"A\")", ".target(name: \"A\", swiftSettings: [])"),
        ("for target in package.targets", "for target in others"),
        (".type != .system", ".name != \"A\""),
        ("target.swiftSettings =", "let settings: [SwiftSetting] ="),
        (".enableExperimentalFeature", ".unsafeFlags([]), .enableExperimentalFeature"),
        ("let package", "let url = \"https://example.com/swift-nio.git\"\nlet package"),
        ("targets: [", "targets: [.product(name: \"NIOCore\", package: \"net\"), "),
        ("let package", "for target in package.targets {}\nlet package"),
    ]

    @Test("A sound manifest passes")
    func passesSound() {
        #expect(findings(in: Self.sound) == [])
    }

    @Test("Any damage to it is found", arguments: damages)
    func findsDamage(_ part: String, _ damage: String) {
        let damaged = Self.sound.replacing(part, with: damage)
        #expect(damaged != Self.sound)
        #expect(!findings(in: damaged).isEmpty)
    }

    private func findings(in text: String) -> [Finding] {
        let features: Set = [
            "ExistentialAny", "InternalImportsByDefault", "MemberImportVisibility", "Lifetimes",
        ]
        let manifest = SourceFile(path: "Package.swift", text: text)
        return ManifestRules(manifest: manifest, supportedFeatures: features).findings
    }
}
