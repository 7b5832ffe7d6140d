import Foundation
import Testing

/// A newcomer reads a room from its public names: each type and each function says what it is.
///
/// Types within types, stored properties and initialisers are excused, since the type around them speaks for them. So
/// are operators, and functions whose name is documented elsewhere: they keep the same promise (of a protocol) again.
@Suite("Documentation")
struct DocumentationTests {
    private static var typeDeclaration: Pattern {
        /^public (?:final |indirect |nonisolated )*(?:struct|enum|class|actor|protocol|typealias) (?<name>[A-Za-z]+)/
    }
    private static var functionDeclaration: Pattern {
        /^\s*(?:@[A-Za-z]+ )*public (?:static |mutating |nonisolated )*func (?<name>[A-Za-z]+)/
    }

    private typealias Pattern = Regex<(Substring, name: Substring)>

    @Test("Every public type has a doc comment")
    func types() {
        let silent = SourceTree.live.flatMap { file in
            declarations(in: file, Self.typeDeclaration).filter { !$0.isDocumented }.map(\.place)
        }
        expectNone(silent)
    }

    @Test("Every public function has a doc comment, or keeps a promise documented elsewhere")
    func functions() {
        let promised = Set(SourceTree.live.flatMap(documentedFunctions))
        let silent = SourceTree.live.flatMap { file in
            declarations(in: file, Self.functionDeclaration)
                .filter { !$0.isDocumented && !promised.contains($0.name) && !Self.known.contains($0.name) }
                .map(\.place)
        }
        expectNone(silent)
    }

    /// Requirements of Swift's own protocols.
    private static let known: Set = [
        "hash", "encode", "next", "makeAsyncIterator", "makeIterator", "index", "callAsFunction", "appendLiteral",
        "appendInterpolation", "run", "validate", "handle",
    ]

    private struct Declaration {
        let name: String
        let isDocumented: Bool
        let place: String
    }

    private func declarations(in file: SourceFile, _ pattern: Pattern) -> [Declaration] {
        file.lines.enumerated().compactMap { number, line in
            guard let match = line.prefixMatch(of: pattern) else { return nil }
            return Declaration(
                name: String(match.output.name),
                isDocumented: isDocumented(line: number, of: file),
                place: "\(file):\(number + 1): \(line.trimmingCharacters(in: .whitespaces))")
        }
    }

    /// Every function with a doc comment, public or required by a protocol, by its name without its labels.
    private func documentedFunctions(_ file: SourceFile) -> [String] {
        file.lines.enumerated().compactMap { number, line in
            guard let match = line.firstMatch(of: /\bfunc ([A-Za-z]+)/), isDocumented(line: number, of: file) else {
                return nil
            }
            return String(match.output.1)
        }
    }

    /// Attributes may stand between the comment and the declaration.
    private func isDocumented(line number: Int, of file: SourceFile) -> Bool {
        let above = file.lines[..<number].reversed().first { line in
            !line.trimmingCharacters(in: .whitespaces).hasPrefix("@")
        }
        return above?.trimmingCharacters(in: .whitespaces).hasPrefix("///") ?? false
    }
}
