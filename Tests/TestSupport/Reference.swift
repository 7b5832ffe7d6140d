public import Foundation

/// Reference data that is no part of the project: real files and cases that others computed, in a folder beside the
/// checkout or the one that `YIJU_REFERENCE_DATA` names. Tests that need it say so with
/// `.enabled(if: Reference.isHere, "…")`, and are skipped without it, never passed.
public enum Reference {
    private static let named = ProcessInfo.processInfo.environment["YIJU_REFERENCE_DATA"]
    private static let beside = ["../reference-data", "../shared/data"]

    public static let folder: URL = {
        let here = URL(filePath: FileManager.default.currentDirectoryPath, directoryHint: .isDirectory)
        let places = (named.map { [$0] } ?? beside).map { URL(filePath: $0, relativeTo: here).standardizedFileURL }
        return places.first { FileManager.default.fileExists(atPath: $0.path) } ?? places[0]
    }()

    /// Says once, where the tests' output is read, that some will be skipped.
    public static let isHere: Bool = {
        if FileManager.default.fileExists(atPath: folder.path) { return true }
        let told =
            "No reference data at \(folder.path): tests that need it are SKIPPED. YIJU_REFERENCE_DATA names it.\n"
        FileHandle.standardError.write(Data(told.utf8))
        return false
    }()

    public static func file(_ path: String) -> URL { folder.appending(path: path) }
}

/// A seed for a random test: from `YIJU_SEED` when a failure is replayed, else fresh. Print it with every expectation.
public func testSeed() -> UInt64 {
    ProcessInfo.processInfo.environment["YIJU_SEED"].flatMap(UInt64.init) ?? UInt64.random(in: 0...UInt64.max)
}
