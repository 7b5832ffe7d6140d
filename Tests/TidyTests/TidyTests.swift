import Foundation
import Testing

/// The rules of the house that the compiler does not know, read off the source itself.
@Suite("Tidy")
struct TidyTests {
    @Test("The tests find the sources they are to read")
    func sourcesAreFound() {
        #expect(SourceTree.live.count > 10)
        #expect(SourceTree.file("Package.swift") != nil)
    }

    @Test("No line is wider than 120 characters; one that carries a sentence for people or a page's markup, than 160")
    func width() {
        expectNone(
            SourceTree.files.filter { !$0.path.hasSuffix(".md") }.flatMap { file in
                zip(file.lines, file.code).enumerated()
                    .filter { $0.element.0.count > widthLimit(of: $0.element.0, code: $0.element.1) }
                    .map { "\(file):\($0.offset + 1): \($0.element.0.count) characters" }
            })
    }

    /// Text within quotation marks is not torn to fit; comments and code are.
    private func widthLimit(of line: String, code: String) -> Int {
        let isComment = ["//", "#", "/*", "*"].contains { line.trimmingCharacters(in: .whitespaces).hasPrefix($0) }
        return !isComment && line.count - code.count >= 40 ? 160 : 120
    }

    @Test("No file is longer than 600 lines")
    func length() {
        expectNone(SourceTree.files.filter { $0.lines.count > 600 }.map { "\($0): \($0.lines.count) lines" })
    }

    @Test("No tab, no space at a line's end, one line break at a file's end")
    func whitespace() {
        var wrong = SourceTree.files.filter { $0.path != "Makefile" }.flatMap { $0.places { $0.contains("\t") } }
        wrong += SourceTree.files.flatMap { $0.places { $0.last == " " || $0.last == "\r" } }
        wrong += SourceTree.files.filter { $0.lines.last != "" || $0.lines.dropLast().last == "" }
            .map { "\($0): its end" }
        expectNone(wrong)
    }

    @Test("Live code never forces: no try!, as!, value!, and no unchecked sharing without a reason")
    func force() {
        let forced = SourceTree.live.flatMap { file in
            zip(file.lines, file.code).enumerated().filter { _, pair in
                isForced(pair.1)
            }.map { number, pair in "\(file):\(number + 1): \(pair.0.trimmingCharacters(in: .whitespaces))" }
        }
        expectNone(forced)

        expectNone(
            SourceTree.live.flatMap { file in
                file.lines.indices
                    .filter { isUnchecked(file.lines[$0]) && !saysWhy(file.lines, $0) }
                    .map { "\(file):\($0 + 1): says no reason" }
            })
    }

    private func isUnchecked(_ line: String) -> Bool {
        line.contains("@unchecked Sendable") || line.contains("nonisolated(unsafe)")
    }

    /// A comment on the line, or above it and its like.
    private func saysWhy(_ lines: [String], _ number: Int) -> Bool {
        if lines[number].contains("//") { return true }
        let above = lines[..<number].last { !isUnchecked($0) }
        return above?.contains("//") ?? false
    }

    private func isForced(_ code: String) -> Bool {
        if code.contains("try!") || code.contains("as!") { return true }
        // value! or call()! or element]!, but not != and not the negation !value.
        return code.contains(/[A-Za-z0-9_)\]]!(?![=A-Za-z(])/)
    }

    @Test("Only the command line prints: everywhere else there are logs and results")
    func printing() {
        let printed = SourceTree.live
            .filter { !$0.path.hasPrefix("Sources/Commands/") && !$0.path.hasPrefix("Sources/yiju/") }
            .flatMap { file in
                zip(file.code, file.lines).enumerated()
                    .filter { $0.element.0.contains(/(^|[^A-Za-z0-9_.])(print|debugPrint|dump)\(/) }
                    .map { "\(file):\($0.offset + 1): \($0.element.1.trimmingCharacters(in: .whitespaces))" }
            }
        expectNone(printed)
    }

    @Test("Nothing is left for later, and nothing speaks of one machine")
    func forbiddenWords() {
        // In pieces, so that this list does not find itself.
        let words = [
            "TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK", "/ro" + "ot/", "/wo" + "rk/", "/op" + "t/swift",
        ]
        let hosts = ["python" + "hosted", "py" + "pi.org", "deb.deb" + "ian.org", "npm" + "js"]
        let found = SourceTree.files.flatMap { file in
            file.places { line in
                words.contains { isWord($0, in: line) } || hosts.contains { line.contains($0) }
            }
        }
        expectNone(found)
    }

    /// Words stand alone, so that a longer name that happens to contain one is no find; paths count anywhere.
    private func isWord(_ word: String, in line: String) -> Bool {
        guard let range = line.range(of: word) else { return false }
        if word.hasPrefix("/") { return range.lowerBound == line.startIndex || !isNamePart(line, before: range) }
        let after = range.upperBound < line.endIndex ? line[range.upperBound] : " "
        return !isNamePart(line, before: range) && !(after.isLetter || after.isNumber)
    }

    private func isNamePart(_ line: String, before range: Range<String.Index>) -> Bool {
        guard range.lowerBound > line.startIndex else { return false }
        let before = line[line.index(before: range.lowerBound)]
        return before.isLetter || before.isNumber || before == "_" || before == "." || before == "}"
    }

    /// Other people's libraries, and the only folders that may import them.
    private static let doors: [String: [String]] = [
        "ArgumentParser": ["Sources/Commands/"],
        "CArgon2": ["Sources/Cryptography/"],
        "CGD": ["Sources/Media/"],
        "CMalloc": ["Sources/Commands/"],
        "CLibPQ": ["Sources/Store/Postgres/"],
        "COpenSSL": ["Sources/Cryptography/"],
        "CXLSXReader": ["Sources/Sheets/"],
        "CXLSXWriter": ["Sources/Sheets/"],
        "CZip": ["Sources/Common/", "Sources/Shapefile/"],
        "CDeflate": ["Sources/Common/"],
        "GRDB": ["Sources/Store/SQLite/"],
        "GRDBSQLite": ["Sources/Store/SQLite/"],
        "HTTPTypes": ["Sources/Web/"],
        "Hummingbird": ["Sources/Web/"],
        "Logging": ["Sources/Commands/", "Sources/Common/", "Sources/Store/Postgres/", "Sources/Web/"],
        "NIOCore": ["Sources/Commands/", "Sources/Web/"],
        "NIOHTTP1": ["Sources/Web/"],
        "ServiceLifecycle": ["Sources/Commands/", "Sources/Web/"],
        "UnixSignals": ["Sources/Commands/"],
    ]
    private static let ofTheToolchain: Set = [
        "Darwin", "Dispatch", "Foundation", "FoundationEssentials", "Glibc", "Musl", "Synchronization",
    ]

    @Test("A library has its door, and nobody takes another way to it")
    func libraries() throws {
        let package = try #require(SourceTree.file("Package.swift")).lines.joined(separator: " ")
        let rooms = Set(package.matches(of: /room\(\s*"(\w+)"/).map { String($0.output.1) })
        #expect(rooms.contains("Kernel") && rooms.contains("Frame"), "the rooms are found: \(rooms.sorted())")
        expectNone(
            SourceTree.live.flatMap { file in
                imports(of: file).filter { module, _ in
                    guard let doors = Self.doors[module] else {
                        return !rooms.contains(module) && !Self.ofTheToolchain.contains(module)
                    }
                    return !doors.contains { file.path.hasPrefix($0) }
                }.map(\.place)
            })
    }

    private func imports(of file: SourceFile) -> [(module: String, place: String)] {
        file.code.enumerated().compactMap { number, line in
            guard let match = line.prefixMatch(of: /\s*(?:public |package |internal )?import (?:[a-z]+ )?(\w+)/) else {
                return nil
            }
            return (String(match.output.1), "\(file):\(number + 1): \(match.output.0)")
        }
    }

    @Test("Both READMEs tell the same: as many headings of each level, and the same pictures, each in its language")
    func readmes() throws {
        let english = try #require(SourceTree.file("README.md"))
        let chinese = try #require(SourceTree.file("README.zh-CN.md"))
        #expect(headings(english) == headings(chinese))
        #expect(pictures(english) == pictures(chinese).map { "\($0)-en" })
        let kept = try FileManager.default.contentsOfDirectory(
            atPath: SourceTree.root.appending(path: "docs/pictures").path)
        #expect(Set(kept) == Set((pictures(english) + pictures(chinese)).map { "\($0).png" }), "each is shown")
    }

    private func headings(_ file: SourceFile) -> [Int] {
        var inCode = false
        return file.lines.compactMap { line in
            if line.hasPrefix("```") { inCode.toggle() }
            let level = line.prefix { $0 == "#" }.count
            return inCode || level == 0 ? nil : level
        }
    }

    private func pictures(_ file: SourceFile) -> [String] {
        file.lines.flatMap { $0.matches(of: /docs\/pictures\/([a-z0-9-]+)\.png/).map { String($0.output.1) } }
    }
}
