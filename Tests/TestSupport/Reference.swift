public import Foundation

/// Reference data beside the project: real files and cases that others computed. Tests that need it say so with
/// `.enabled(if: Reference.isHere, "…")`, so that its absence is seen in the report.
public enum Reference {
    public static var folder: URL {
        if let path = ProcessInfo.processInfo.environment["YIJU_SHARED"] {
            return URL(filePath: path).appending(path: "data")
        }
        return URL(filePath: FileManager.default.currentDirectoryPath).appending(path: "../shared/data")
            .standardizedFileURL
    }

    public static var isHere: Bool { FileManager.default.fileExists(atPath: folder.path) }

    public static func file(_ path: String) -> URL { folder.appending(path: path) }
}

/// A seed for a random test: from `YIJU_SEED` when a failure is replayed, else fresh. Print it with every expectation.
public func testSeed() -> UInt64 {
    ProcessInfo.processInfo.environment["YIJU_SEED"].flatMap(UInt64.init) ?? UInt64.random(in: 0...UInt64.max)
}
