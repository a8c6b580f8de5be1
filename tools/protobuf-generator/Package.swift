// swift-tools-version:6.2

// Pins the code generator and nothing else, so that the main build never compiles it.
// `tools/generate-protobuf` builds and runs it. The version is the one `Package.swift` of the
// ledger links as its runtime: generated code and runtime move together.

import PackageDescription

let package = Package(
    name: "protobuf-generator",
    dependencies: [
        .package(url: "https://github.com/apple/swift-protobuf.git", exact: "1.39.0")
    ]
)
