public import Foundation

/// The Python whose packages give a second opinion: the one that the set-up made, or `YIJU_PYTHON`.
public enum JudgePython {
    public static let path =
        ProcessInfo.processInfo.environment["YIJU_PYTHON"]
        ?? FileManager.default.currentDirectoryPath + "/.assets/python/bin/python3"

    private struct Failed: Error {
        let status: Int32
    }

    public static func has(_ module: String) -> Bool { (try? run(["-c", "import \(module)"])) != nil }

    /// What a test that is skipped for want of `module` says.
    public static func missing(_ module: String) -> String {
        "\(module) cannot be imported by \(path): run the set-up or name a Python that has it in YIJU_PYTHON"
    }

    /// What the program printed.
    /// - Throws: when it ends with another status than 0.
    public static func run(_ arguments: [String]) throws -> Data {
        let (process, output) = (Process(), Pipe())
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failed(status: process.terminationStatus) }
        return data
    }
}
