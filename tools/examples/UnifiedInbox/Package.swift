// swift-tools-version: 6.2

import PackageDescription

// A package of its own: the ledger does not depend on a web server, and this is how a service that
// has one depends on the ledger.
let package = Package(
    name: "unified-inbox",
    dependencies: [
        .package(name: "account-ledger", path: "../../.."),
        // Its traits bring readers of configuration files, which nothing here needs.
        .package(
            url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .executableTarget(
            name: "UnifiedInbox",
            dependencies: [
                .product(name: "AccountLedger", package: "account-ledger"),
                .product(name: "LedgerLifecycle", package: "account-ledger"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)])
    ]
)
