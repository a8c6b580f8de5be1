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
        .target(name: "SpeedPeer", linkerSettings: [.linkedLibrary("lmdb")]),
        .executableTarget(
            name: "speed",
            dependencies: [
                "SpeedPeer",
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
    ]
)
