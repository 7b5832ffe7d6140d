// swift-tools-version: 6.2
import PackageDescription

/// Every target of ours is held to the same rules; see docs/decisions/0001-one-package.md.
let rules: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .treatAllWarnings(as: .error),
]

/// A room: a target in `Sources/<path>` that may import just what it names.
func room(_ name: String, at path: String? = nil, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, path: "Sources/\(path ?? name)", swiftSettings: rules)
}

/// A C library of the system: a module map and a shim in `Sources/System/<name>`.
func system(_ name: String, pkgConfig: String? = nil, _ package: String) -> Target {
    .systemLibrary(name: name, path: "Sources/System/\(name)", pkgConfig: pkgConfig, providers: [.apt([package])])
}

/// Tests of a target, with the two engines at hand.
func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .testTarget(
        name: name, dependencies: dependencies + ["TestSupport"], path: "Tests/\(name)", exclude: exclude,
        swiftSettings: rules)
}

let log = Target.Dependency.product(name: "Logging", package: "swift-log")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
    name: "yiju",
    // The libraries are for `Benchmarks`, a package of its own.
    products: [.executable(name: "yiju", targets: ["yiju"])]
        + ["Kernel", "Store", "Decide", "Common", "Identity", "Registry", "Ledger", "Demo"].map {
            .library(name: $0, targets: [$0])
        },
    dependencies: [
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0"),
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
    ],
    targets: [
        // C libraries of the system.
        system("CLibPQ", pkgConfig: "libpq", "libpq-dev"),
        system("CMalloc", "libc6-dev"),
        system("CArgon2", pkgConfig: "libargon2", "libargon2-dev"),
        system("COpenSSL", pkgConfig: "libcrypto", "libssl-dev"),
        system("CXLSXWriter", pkgConfig: "xlsxwriter", "libxlsxwriter-dev"),
        system("CDeflate", "libdeflate-dev"),
        system("CZip", pkgConfig: "libzip", "libzip-dev"),
        .target(
            name: "CXLSXReader", path: "Sources/System/CXLSXReader",
            cSettings: [.unsafeFlags(["-I/usr/include/libxml2"])],
            linkerSettings: [.linkedLibrary("zip"), .linkedLibrary("xml2")]),
        .target(
            name: "CGD", path: "Sources/System/CGD", linkerSettings: [.linkedLibrary("gd"), .linkedLibrary("z")]),

        // The ground: each may import those before it.
        room("Kernel", []),
        room("Store", at: "Store/Core", ["Kernel"]),
        room("Geo", ["Kernel"]),
        room("Decide", []),
        room("Cryptography", ["Kernel", "CArgon2", "COpenSSL"]),
        room("Sheets", ["Kernel", "CXLSXReader", "CXLSXWriter"]),
        room("Media", ["Kernel", "CGD"]),
        room("Shapefile", ["Kernel", "CZip"]),
        room(
            "StoreSQLite", at: "Store/SQLite",
            [
                "Kernel", "Store", .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ]),
        room("StorePostgres", at: "Store/Postgres", ["Kernel", "Store", "CLibPQ", log]),
        room("Identity", ["Kernel", "Store", "Cryptography"]),

        // 一张图: the life of an estate.
        room("Registry", at: "Map/Registry", ["Kernel", "Store", "Cryptography", "Geo", "Sheets", "Identity"]),

        room(
            "Common",
            ["Kernel", "Store", "StoreSQLite", "StorePostgres", "Cryptography", "Identity", "CZip", "CDeflate", log]),
        room("Ledger", ["Kernel", "Store", "Decide", "Sheets", "Cryptography", "Identity", "Registry"]),
        room(
            "Evaluation", at: "Map/Evaluation",
            ["Kernel", "Store", "Decide", "Cryptography", "Identity", "Common", "Registry"]),
        room(
            "Demo",
            [
                "Kernel", "Store", "Decide", "Identity", "Common", "Geo", "Registry", "Ledger", "Evaluation", "Sheets",
                "Media",
            ]),

        // Web: targets of their own, so that an edit recompiles little.
        room("Html", at: "Web/Html", ["Kernel"]),
        room("Components", at: "Web/Components", ["Kernel", "Html"]),
        room(
            "Frame", at: "Web/Frame",
            [
                "Kernel", "Store", "Cryptography", "Identity", "Common", "Registry", "Ledger", "Evaluation", "Html",
                "Components", hummingbird, log,
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]),
        room(
            "PeoplePages", at: "Web/PeoplePages",
            [
                "Kernel", "Store", "Cryptography", "Identity", "Registry", "Ledger", "Evaluation", "Html", "Components",
                "Frame",
            ]),
        room(
            "MapPages", at: "Web/MapPages",
            [
                "Kernel", "Store", "Cryptography", "Identity", "Common", "Geo", "Sheets", "Media", "Shapefile",
                "Registry", "Decide", "Ledger", "Evaluation", "Html", "Components", "Frame",
                .product(name: "HTTPTypes", package: "swift-http-types"),
            ]),
        room(
            "LedgerPages", at: "Web/LedgerPages",
            [
                "Kernel", "Store", "Identity", "Common", "Sheets", "Registry", "Decide", "Ledger", "Html", "Components",
                "Frame",
                .product(name: "HTTPTypes", package: "swift-http-types"),
            ]),
        room(
            "Site", at: "Web/Site",
            [
                "Frame", "MapPages", "LedgerPages", "PeoplePages",
                hummingbird, log,
                .product(name: "NIOCore", package: "swift-nio"),
            ]),

        room(
            "Commands",
            [
                "Kernel", "Store", "StoreSQLite", "StorePostgres", "Cryptography", "Identity", "Common", "Geo",
                "Sheets", "Shapefile", "Decide", "Registry", "Ledger", "Evaluation", "Demo", "Components", "Frame",
                "Site",
                "CMalloc", arguments, log,
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ]),
        .executableTarget(name: "yiju", dependencies: ["Commands"], swiftSettings: rules),

        // Tests mirror Sources.
        .target(
            name: "TestSupport", dependencies: ["Kernel", "Store", "StoreSQLite", "StorePostgres"],
            path: "Tests/TestSupport", exclude: ["Scripts"], swiftSettings: rules),
        .executableTarget(
            name: "CrashWriter", dependencies: ["Kernel", "Store", "Common"], path: "Tests/CrashWriter",
            swiftSettings: rules),
        tests("TidyTests", []),
        tests("KernelTests", ["Kernel"]),
        tests("StoreTests", ["Kernel", "Store", "StoreSQLite", "StorePostgres", "Common", "CrashWriter", log]),
        tests("GeoTests", ["Geo", "Kernel"]),
        tests("DecideTests", ["Decide", "Kernel"]),
        tests("CryptographyTests", ["Cryptography", "Kernel"], exclude: ["Scripts"]),
        tests("SheetsTests", ["Kernel", "Sheets"], exclude: ["Scripts"]),
        tests("MediaTests", ["Kernel", "Media", "CGD"], exclude: ["Scripts"]),
        tests("IdentityTests", ["Kernel", "Store", "Cryptography", "Identity"]),
        tests("CommonTests", ["Kernel", "Store", "Cryptography", "Identity", "Common", "CrashWriter"]),
        tests("RegistryTests", ["Kernel", "Store", "Geo", "Sheets", "Identity", "Registry"]),
        tests("EvaluationTests", ["Kernel", "Store", "Common", "Decide", "Geo", "Identity", "Registry", "Evaluation"]),
        tests("ShapefileTests", ["Kernel", "Geo", "Shapefile"]),
        tests("DemoTests", ["Kernel", "Store", "Geo", "Identity", "Registry", "Ledger", "Evaluation", "Demo"]),
        tests("LedgerTests", ["Kernel", "Store", "Decide", "Geo", "Cryptography", "Identity", "Registry", "Ledger"]),
        tests(
            "HouseTests",
            ["Kernel", "Store", "Geo", "Cryptography", "Identity", "Common", "Registry", "Ledger", "Evaluation"]),
        tests("HtmlTests", ["Kernel", "Html", "Components"]),
        tests(
            "SiteTests",
            [
                "Kernel", "Store", "Cryptography", "Identity", "Common", "Geo", "Registry", "Ledger", "Evaluation",
                "Frame", "PeoplePages", "Site",
                hummingbird, log,
                .product(name: "HummingbirdTesting", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOCore", package: "swift-nio"),
            ]),
    ]
)
