import Foundation
import Testing

/// The record is read by people: every act that is written into it has a name in both languages.
@Suite("Act names")
struct ActNamesTests {
    @Test("Every act that code records has words for people")
    func everyActHasAName() throws {
        let names = try #require(SourceTree.files.first { $0.path.hasSuffix("PeoplePages/Record/ActNames.swift") })
        let known = names.lines.joined(separator: "\n")
        let rooms = SourceTree.files.filter { $0.isSwift && $0.path.hasPrefix("Sources/") && $0.path != names.path }
        var acts: Set<String> = []
        for file in rooms {
            let text = file.lines.joined(separator: "\n")
            // The act is the first argument of what writes the record, or the default of a parameter called `act`.
            let recorded = /(?:record\(|RecordEntry\(|act: |act: String\?? = )\s*"([a-zA-Z]+(?:\.[a-zA-Z]+)+)"/
            for match in text.matches(of: recorded) { acts.insert(String(match.1)) }
        }
        #expect(acts.count > 30, "the acts are found at all: \(acts.count)")
        let nameless = acts.filter { !known.contains("\"\($0)\"") }.sorted()
        #expect(nameless == [])
    }
}
