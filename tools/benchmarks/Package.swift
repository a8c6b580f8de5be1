// swift-tools-version: 6.2

import PackageDescription

// A package of its own: nothing here is part of what an application embeds.
let package = Package(
    name: "benchmarks",
    dependencies: [
        .package(name: "account-ledger", path: "../.."),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    ],
    targets: [
        .target(name: "Peers", path: "peers/common"),
        .target(
            name: "LMDBPeer", dependencies: ["Peers"], path: "peers/lmdb",
            linkerSettings: [.linkedLibrary("lmdb")]),
        .target(
            name: "SQLitePeer", dependencies: ["Peers"], path: "peers/sqlite",
            linkerSettings: [.linkedLibrary("sqlite3")]),
        .target(
            name: "PostgreSQLPeer", dependencies: ["Peers"], path: "peers/postgresql",
            linkerSettings: [.linkedLibrary("pq")]),
        .executableTarget(
            name: "bench",
            dependencies: [
                "Peers", "LMDBPeer", "SQLitePeer", "PostgreSQLPeer",
                .product(name: "AccountLedger", package: "account-ledger"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: [
                .swiftLanguageMode(.v6),
                .treatAllWarnings(as: .error),
                .enableUpcomingFeature("ExistentialAny"),
                .enableUpcomingFeature("InternalImportsByDefault"),
                .enableUpcomingFeature("MemberImportVisibility"),
            ]),
    ],
    cLanguageStandard: .gnu11
)
