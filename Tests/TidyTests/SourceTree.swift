import Foundation
import Testing

/// One text file of the package, as the tidy tests read it.
struct SourceFile: CustomStringConvertible, Sendable {
    /// From the package's root, e.g. `Sources/Kernel/ID.swift`.
    let path: String
    let lines: [String]

    var description: String { path }
    var isSwift: Bool { path.hasSuffix(".swift") }

    /// The places where `isWrong` holds, as `path:line: text`, ready to be shown.
    func places(where isWrong: (String) -> Bool) -> [String] {
        lines.enumerated().filter { isWrong($0.element) }.map { number, line in
            "\(path):\(number + 1): \(line.trimmingCharacters(in: .whitespaces).prefix(100))"
        }
    }

    /// The lines with everything after `//` and the inside of string literals taken out: what the compiler acts on.
    var code: [String] {
        var inLongString = false
        return lines.map { line in
            let wasInLongString = inLongString
            let marks = line.components(separatedBy: "\"\"\"").count - 1
            if marks % 2 == 1 { inLongString.toggle() }
            if wasInLongString || marks > 0 { return "" }
            return Self.withoutStringsAndComments(line)
        }
    }

    private static func withoutStringsAndComments(_ line: String) -> String {
        var result = ""
        var inString = false
        var previous: Character = " "
        for character in line {
            if character == "\"", previous != "\\" {
                inString.toggle()
                result.append("\"")
            } else if !inString {
                if character == "/", previous == "/" { return String(result.dropLast()) }
                result.append(character)
            }
            previous = character == "\\" && previous == "\\" ? " " : character
        }
        return result
    }
}

/// The package's own text files: what is committed, or would be.
enum SourceTree {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Written by hand and read by people; data files and vendored listings are left out.
    private static let kinds: Set = ["swift", "py", "sh", "md", "css", "js", "h", "c", "yml", "service", "modulemap"]
    private static let folders = ["Sources", "Tests", "Benchmarks", "Public", "scripts", "deploy", "docs", ".ci"]

    static let files: [SourceFile] = {
        let single = ["Package.swift", "Makefile", "README.md", "README.zh-CN.md", "CONTRIBUTING.md", "CHANGELOG.md"]
        let found = single.filter { FileManager.default.fileExists(atPath: root.appending(path: $0).path) }
        return (found + folders.flatMap(paths(under:))).sorted().compactMap(read)
    }()

    static let swift = files.filter(\.isSwift)
    static let live = swift.filter { $0.path.hasPrefix("Sources/") }

    static func file(_ path: String) -> SourceFile? { files.first { $0.path == path } }

    private static func paths(under folder: String) -> [String] {
        let walk = FileManager.default.enumerator(atPath: root.appending(path: folder).path)
        return (walk?.compactMap { $0 as? String } ?? [])
            .filter { isText($0, in: folder) }
            .map { "\(folder)/\($0)" }
    }

    /// Some carry no ending: scripts, which are all such files in `scripts` and `.ci`, and the container's recipe.
    private static func isText(_ path: String, in folder: String) -> Bool {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        if path.contains("__pycache__") || name.hasPrefix(".") { return false }
        let ending = name.split(separator: ".", omittingEmptySubsequences: false).dropFirst().last.map(String.init)
        if let ending { return kinds.contains(ending) }
        return folder == "scripts" || folder == ".ci" || name == "Containerfile"
    }

    private static func read(_ path: String) -> SourceFile? {
        guard let text = try? String(contentsOf: root.appending(path: path), encoding: .utf8) else { return nil }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        return SourceFile(path: path, lines: lines)
    }
}

/// Fails with the first of the places, one a line, when there are any.
func expectNone(_ places: [String], at location: SourceLocation = #_sourceLocation) {
    guard !places.isEmpty else { return }
    let shown = places.prefix(30).joined(separator: "\n")
    let more = places.count > 30 ? "\n… and \(places.count - 30) more" : ""
    Issue.record("\(places.count) places:\n\(shown)\(more)", sourceLocation: location)
}
