// swift-tools-version: 6.2

import PackageDescription

let package = Package(
    name: "account-ledger",
    products: [
        .library(name: "AccountLedger", targets: ["AccountLedger"]),
        .library(name: "LedgerPlatforms", targets: ["LedgerPlatforms"]),
        .library(name: "AccountLedgerTesting", targets: ["AccountLedgerTesting"]),
        .library(name: "LedgerAccessTokens", targets: ["LedgerAccessTokens"]),
        .library(name: "LedgerCommandLine", targets: ["LedgerCommandLine"]),
        .library(name: "LedgerLifecycle", targets: ["LedgerLifecycle"]),
        .executable(name: "account-ledger", targets: ["account-ledger"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.1"),
    ],
    targets: [
        .systemLibrary(
            name: "CLedgerLMDB", pkgConfig: "lmdb", providers: [.apt(["liblmdb-dev"])]),
        .target(name: "LedgerDomain"),
        .target(name: "LedgerStorage", dependencies: ["CLedgerLMDB"]),
        .target(
            name: "LedgerFormat",
            dependencies: [
                "LedgerDomain",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "SwiftProtobuf", package: "swift-protobuf"),
            ]),
        .target(
            name: "LedgerJournal", dependencies: ["LedgerDomain", "LedgerStorage", "LedgerFormat"]),
        .target(
            name: "LedgerProjections",
            dependencies: ["LedgerDomain", "LedgerStorage", "LedgerFormat", "LedgerJournal"]),
        .target(
            name: "LedgerAudit",
            dependencies: [
                "LedgerDomain", "LedgerStorage", "LedgerFormat", "LedgerJournal",
                "LedgerProjections",
            ]),
        .target(
            name: "AccountLedger",
            dependencies: [
                "LedgerDomain", "LedgerStorage", "LedgerFormat", "LedgerJournal",
                "LedgerProjections",
                "LedgerAudit",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "CoreMetrics", package: "swift-metrics"),
            ]),
        .target(
            name: "AccountLedgerTesting",
            dependencies: [
                "LedgerDomain", "LedgerStorage", "LedgerFormat", "LedgerJournal",
                "LedgerProjections", "AccountLedger",
            ]),
        // By itself, so that who reads no tokens links nothing for it.
        .target(
            name: "LedgerAccessTokens",
            dependencies: ["LedgerDomain", .product(name: "JWTKit", package: "jwt-kit")]),
        .target(
            name: "LedgerPlatforms",
            dependencies: [
                "LedgerDomain", "LedgerFormat",
                .product(name: "Crypto", package: "swift-crypto"),
            ]),
        .target(
            name: "LedgerCommandLine",
            dependencies: [
                "LedgerDomain", "LedgerStorage", "LedgerFormat", "LedgerJournal",
                "LedgerProjections",
                "LedgerAudit", "AccountLedger", "LedgerPlatforms",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        .target(
            name: "LedgerLifecycle",
            dependencies: [
                "AccountLedger",
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]),
        .executableTarget(
            name: "account-ledger", dependencies: ["LedgerCommandLine"],
            path: "tools/account-ledger"),
        .executableTarget(
            name: "StorageProbe", dependencies: ["LedgerStorage"], path: "Tests/StorageProbe"),
        .executableTarget(
            name: "RebuildProbe", dependencies: ["AccountLedger"], path: "Tests/RebuildProbe"),
        .executableTarget(
            name: "ProjectionProbe",
            dependencies: ["LedgerProjections", "AccountLedger", "LedgerTestSupport"],
            path: "Tests/ProjectionProbe"),
        .executableTarget(
            name: "FeedProbe",
            dependencies: ["LedgerStorage", "AccountLedger", "LedgerTestSupport"],
            path: "Tests/FeedProbe"),
        .executableTarget(
            name: "AccessProbe",
            dependencies: [
                "LedgerDomain", "LedgerStorage", "LedgerFormat", "LedgerJournal",
                "LedgerProjections", "LedgerAudit", "AccountLedger", "LedgerTestSupport",
            ],
            path: "Tests/AccessProbe"),
        .executableTarget(
            name: "InstructionProbe",
            dependencies: ["AccountLedger", .product(name: "Logging", package: "swift-log")],
            path: "Tests/InstructionProbe", exclude: ["recorded.txt"]),
        .executableTarget(
            name: "LinkProbe", dependencies: ["AccountLedger"], path: "Tests/LinkProbe"),
        .testTarget(
            name: "LedgerStorageTests",
            dependencies: ["LedgerStorage", "LedgerTestSupport", "StorageProbe"]),
        .testTarget(
            name: "LedgerDomainTests",
            dependencies: [
                "LedgerDomain", "LedgerFormat", "AccountLedgerTesting", "LedgerTestSupport",
            ]),
        .testTarget(
            name: "LedgerFormatTests",
            dependencies: [
                "LedgerDomain", "LedgerFormat", "LedgerTestSupport",
                .product(name: "Crypto", package: "swift-crypto"),
            ],
            exclude: ["Fixtures"]),
        .testTarget(name: "PostgreSQLTests", dependencies: ["AccountLedger", "LedgerCommandLine"]),
        .target(
            name: "LedgerTestSupport",
            dependencies: [
                "LedgerDomain", "LedgerFormat", "AccountLedger", "AccountLedgerTesting",
            ],
            path: "Tests/LedgerTestSupport"),
        .testTarget(
            name: "LedgerJournalTests",
            dependencies: [
                "LedgerDomain", "LedgerStorage", "LedgerFormat", "LedgerJournal",
                "LedgerTestSupport",
            ]),
        .testTarget(
            name: "LedgerProjectionsTests",
            dependencies: [
                "LedgerDomain", "LedgerStorage", "LedgerFormat", "LedgerJournal",
                "LedgerProjections",
                "LedgerAudit", "AccountLedger", "AccountLedgerTesting", "LedgerTestSupport",
            ]),
        .testTarget(
            name: "LedgerPlatformsTests",
            dependencies: [
                "LedgerAudit", "LedgerPlatforms", "AccountLedger", "AccountLedgerTesting",
                "LedgerTestSupport",
                .product(name: "Crypto", package: "swift-crypto"),
            ],
            exclude: ["Fixtures"]),
        .testTarget(
            name: "AccountLedgerTests",
            dependencies: [
                "AccountLedger", "LedgerTestSupport",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "MetricsTestKit", package: "swift-metrics"),
            ]),
        .testTarget(
            name: "LedgerLifecycleTests",
            dependencies: [
                "AccountLedger", "LedgerLifecycle", "LedgerTestSupport", "account-ledger",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]),
        .testTarget(
            name: "LedgerAccessTokensTests",
            dependencies: [
                "LedgerAccessTokens", "AccountLedger", "account-ledger",
                .product(name: "JWTKit", package: "jwt-kit"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
            ]),
        .executableTarget(
            name: "ReactorProbe", dependencies: ["AccountLedger"], path: "Tests/ReactorProbe"),
        .testTarget(
            name: "GuaranteeTests",
            dependencies: [
                "LedgerDomain", "LedgerStorage", "LedgerFormat", "LedgerJournal",
                "LedgerProjections", "LedgerAudit", "AccountLedger", "AccountLedgerTesting",
                "LedgerTestSupport", "AccessProbe", "FeedProbe", "ProjectionProbe", "ReactorProbe",
                "RebuildProbe", "account-ledger",
            ],
            exclude: ["Fixtures"]),
        .testTarget(name: "TidyTests"),
        .testTarget(
            name: "LedgerCommandLineTests",
            dependencies: [
                "LedgerDomain", "LedgerStorage", "LedgerFormat", "LedgerJournal",
                "LedgerProjections", "AccountLedger", "LedgerCommandLine", "LedgerTestSupport",
                "account-ledger",
            ]),
        .testTarget(
            name: "DocumentationTests",
            dependencies: [
                "AccountLedger", "AccountLedgerTesting", "LedgerAccessTokens", "LedgerCommandLine",
                "LedgerLifecycle", "LedgerPlatforms", "account-ledger",
                .product(name: "JWTKit", package: "jwt-kit"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            // What documentation shows has to work for other packages, too.
            packageAccess: false),
    ]
)

for target in package.targets where target.type != .system {
    target.swiftSettings = [
        .swiftLanguageMode(.v6),
        .strictMemorySafety(),
        .treatAllWarnings(as: .error),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
        // Values that must not outlive a transaction.
        .enableExperimentalFeature("Lifetimes"),
    ]
}
