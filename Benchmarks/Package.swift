// swift-tools-version: 6.2
import PackageDescription

/// What the measurements need beside the binary of Yiju itself: a load for the store, a spreadsheet, a server to
/// compare with. A package of its own, so that nobody who builds Yiju builds this.
let rules: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .treatAllWarnings(as: .error),
]

/// A room of Yiju, whichever folder it was cloned into.
func room(_ name: String) -> Target.Dependency { .product(name: name, package: "yiju") }

let package = Package(
    name: "benchmarks",
    dependencies: [
        .package(name: "yiju", path: ".."),
        // The same versions as Yiju's: the peer is the framework as we use it.
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
    ],
    targets: [
        .executableTarget(
            name: "Acts",
            dependencies: [room("Kernel"), room("Store"), room("Common"), room("Identity"), room("Demo")],
            swiftSettings: rules),
        .executableTarget(name: "Deciding", dependencies: [room("Kernel"), room("Decide")], swiftSettings: rules),
        .executableTarget(
            name: "Money",
            dependencies: [
                room("Kernel"), room("Store"), room("Common"), room("Identity"), room("Registry"), room("Ledger"),
            ],
            swiftSettings: rules),
        .executableTarget(
            name: "PlainText",
            dependencies: [
                .product(name: "Hummingbird", package: "hummingbird"), .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: rules),
    ]
)
