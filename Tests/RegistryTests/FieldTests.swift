import Foundation
import Identity
import Kernel
import Registry
import Store
import TestSupport
import Testing

@Suite("Answers from the field")
struct FieldTests {
    private static func withEstate(
        _ engine: Engine, _ body: (Town, ID<Estate>) async throws -> Void
    ) async throws {
        try await Town.with(engine) { town in
            let register = town.register
            let estate = try await town.act { try register.registerEstate(Town.estate("建安小区"), in: $0) }
            try await body(town, estate)
        }
    }

    @Test(
        "An answer becomes a fact with its day, its officer and its note, and sending it again changes nothing",
        arguments: Engine.available)
    func applies(engine: Engine) async throws {
        try await Self.withEstate(engine) { town, estate in
            let item = Field.item(
                1, estate, note: "门卫提供", FieldAnswer("households", "约320", seen: ["300"]),
                FieldAnswer("gasShare", nil, seen: [nil]))
            let first = try await town.take(item)
            #expect(first.outcome == .applied && first.detail.questions(.applied) == ["households", "gasShare"])
            let fact = try #require(try await town.facts(of: estate)[CoreFact.households])
            #expect(fact.value == .integer(320) && fact.isApproximate)
            #expect(fact.provenance.source == "现场摸底" && fact.provenance.day == Town.now.dayInChina)
            #expect(fact.provenance.officer == Field.officer(1).person)
            #expect(try await town.facts(of: estate)["gasShare"]?.value == .unknown, "unknown is an answer")
            let told = try await town.texts("SELECT value_after FROM record_line WHERE act = 'estate.correct'")
            #expect(told.count == 1 && told[0].contains("现场摸底：门卫提供"))

            let before = try await town.rows()
            #expect(try await town.take(item) == first)
            #expect(try await town.rows() == before)
            await #expect { try await town.take(item, as: Field.officer(2)) } throws: {
                ($0 as? Refusal)?.code == "field.id.taken"
            }
        }
    }

    @Test(
        "What the register says already is unchanged; found so on a later day, it is confirmed",
        arguments: Engine.available)
    func confirms(engine: Engine) async throws {
        try await Self.withEstate(engine) { town, estate in
            let same = FieldAnswer("households", "300", seen: ["300"])
            let later = try await town.take(Field.item(1, estate, same))
            let day = try await town.facts(of: estate)["households"]?.provenance.day
            #expect(later.outcome == .applied && day == Town.now.dayInChina)
            let again = try await town.take(Field.item(2, estate, same))
            #expect(again.outcome == .unchanged)
        }
    }

    @Test(
        "A fact that somebody else changed meanwhile is left for a person; the other answers are stored",
        arguments: Engine.available)
    func conflicts(engine: Engine) async throws {
        try await Self.withEstate(engine) { town, estate in
            let register = town.register
            try await town.take(Field.item(1, estate, FieldAnswer("households", "310", seen: ["300"])))
            let late = try await town.take(
                Field.item(
                    2, estate, FieldAnswer("households", "320", seen: ["300"]),
                    FieldAnswer("buildings", "9", seen: [nil])), as: Field.officer(2))
            #expect(late.outcome == .conflict && late.detail.questions(.conflict) == ["households"])
            #expect(late.detail.mine("households") == "320")
            let facts = try await town.facts(of: estate)
            #expect(facts.value("households") == .integer(310) && facts.value("buildings") == .integer(9))

            let open = try await town.read { try register.fieldConflicts(for: Field.officer(1), in: $0) }
            let conflict = try #require(open.list.first)
            #expect(open.total == 1 && conflict.officer == Field.officer(2).person)
            let waiting = try await town.read {
                try register.waiting(today: Town.now.dayInChina, for: Field.officer(1), in: $0)
            }
            #expect(waiting.fieldConflicts == 1)
            // Agreement is no conflict, whatever was seen.
            let agreeing = Field.item(3, estate, FieldAnswer("households", "310", seen: ["300"]))
            #expect(try await town.take(agreeing).outcome == .unchanged)
        }
    }

    @Test("A person chooses which value stays, once, and the record tells it", arguments: Engine.available)
    func settles(engine: Engine) async throws {
        for (choice, stays) in [(FieldChoice.mine, 320), (.theirs, 310)] {
            try await Self.withEstate(engine) { town, estate in
                let register = town.register
                try await town.take(Field.item(1, estate, FieldAnswer("households", "310", seen: ["300"])))
                let item = Field.item(2, estate, FieldAnswer("households", "320", seen: ["300"]))
                try await town.take(item, as: Field.officer(2))
                let version: Int = try await town.read { try $0.value("SELECT version FROM estate") ?? 0 }
                let settle = { (choices: [String: FieldChoice], seen: Int) in
                    try await town.act(as: Field.officer(1)) {
                        try register.settleFieldItem(item.id, choices, seen: seen, in: $0)
                    }
                }
                await #expect { try await settle([:], version) } throws: { ($0 as? Refusal)?.code == "field.choice" }
                await #expect { try await settle(["households": choice], version - 1) } throws: {
                    ($0 as? Refusal)?.code == "estate.changed"
                }
                try await settle(["households": choice], version)
                let fact = try #require(try await town.facts(of: estate)["households"])
                #expect(fact.value == .integer(stays))
                #expect(fact.provenance.officer == Field.officer(choice == .mine ? 2 : 1).person)
                let told = try await town.texts("SELECT value_after FROM record_line WHERE act = 'field.settle'")
                #expect(told == ["{\"households\":\(stays)}"])
                await #expect { try await settle(["households": choice], version) } throws: {
                    ($0 as? Refusal)?.code == "field.settled"
                }
                #expect(try await town.take(item, as: Field.officer(2)).outcome == .settled)
            }
        }
    }

    private static let year: Int64 = 365 * 86_400

    /// What the phone's clock showed when the answer was given and when it was sent, in seconds off the truth; the
    /// answer was given an hour before now, the estate taken along a day before.
    @Test(
        "Whatever the phone's clock says, a fact's day is neither in the future nor before the estate was taken along",
        arguments: [
            (0, 0, 0), (200, 200, 0), (-Self.year, -Self.year, 0), (Self.year, Self.year, 0), (Self.year, 0, 0),
            (-Self.year, 0, -1), (0, Self.year, -1), (0, -Self.year, 0), (8_000_000_000_000, 0, 0),
        ] as [(Int64, Int64, Int)])
    func clocks(given: Int64, sent: Int64, daysAfterToday: Int) async throws {
        try await Self.withEstate(.sqlite) { town, estate in
            let taken = Town.now.adding(seconds: -86_400)
            let item = Field.item(
                1, estate, at: Town.now.adding(seconds: given - 3600), taken: taken,
                FieldAnswer("households", "310", seen: ["300"]))
            let receipt = try await town.take(item, sentAt: Town.now.adding(seconds: sent))
            let day = Town.now.dayInChina.adding(days: daysAfterToday)
            #expect(receipt.detail.day == day)
            #expect(try await town.facts(of: estate)["households"]?.provenance.day == day)
            let told = receipt.detail.json["clock"]?.integer
            #expect(told == (abs(sent) > 300 ? -sent : nil), "it is said when the clock was put right")
        }
    }

    @Test(
        "What cannot be taken is kept as refused, with the reason, and hinders nothing else",
        arguments: Engine.available)
    func refuses(engine: Engine) async throws {
        try await Self.withEstate(engine) { town, estate in
            let register = town.register
            let mixed = try await town.take(
                Field.item(
                    1, estate, FieldAnswer("households", "many", seen: ["300"]),
                    FieldAnswer("ofALaterForm", "1", seen: [nil]), FieldAnswer("name", "新名", seen: [nil]),
                    FieldAnswer("builtYears", "2034", seen: ["1986"]), FieldAnswer("buildings", "9", seen: [nil])))
            #expect(mixed.outcome == .applied)
            #expect(
                mixed.detail.questions(.refused) == ["households", "ofALaterForm", "name", "builtYears"])
            #expect(mixed.detail.mine("households") == "many")
            #expect(try await town.facts(of: estate).value("buildings") == .integer(9))

            let foreign = try await town.act {
                try register.registerEstate(Town.estate("外区小区", at: "430102001"), in: $0)
            }
            for (number, elsewhere) in [(2, foreign), (3, Field.id(9).of(Estate.self))] as [(UInt64, ID<Estate>)] {
                let item = Field.item(number, elsewhere, FieldAnswer("households", "1", seen: ["300"]))
                #expect(try await town.take(item).outcome == .refused)
            }
            #expect(try await town.facts(of: foreign).value("households") == .integer(300))
            let kept: Int? = try await town.read { try $0.value("SELECT count(*) FROM field_item") }
            #expect(kept == 3)
        }
    }

    @Test(
        "A batch that is not one is refused as a whole",
        arguments: [
            "{}", #"{"sentAt":0,"items":[{}]}"#, #"{"sentAt":-1,"items":[]}"#, #"{"sentAt":9e15,"items":[]}"#,
            #"{"sentAt":0,"items":[{"id":"x","estate":"x","at":0,"taken":0,"answers":{"a":null}}]}"#,
        ])
    func malformed(text: String) throws {
        #expect(throws: Refusal.self) { try FieldBatch(JSON(parsing: text)) }
    }

    @Test("A batch has its limits, and what is within them is read as it was sent")
    func batches() throws {
        let id = Field.id(1).description
        func item(_ answers: String, note: String = "") -> String {
            let times = #""at":5,"taken":4"#
            let given = #""answers":\#(answers),"seen":{"a":["1",null]},"note":"\#(note)""#
            return #"{"id":"\#(id)","estate":"\#(id)",\#(times),\#(given)}"#
        }
        func batch(_ items: [String]) throws -> FieldBatch {
            try FieldBatch(JSON(parsing: #"{"sentAt":6,"items":[\#(items.joined(separator: ","))]}"#))
        }
        let read = try batch([item(#"{"a":"约2","b":null}"#, note: "备注")])
        #expect(read.sentAt.milliseconds == 6 && read.items[0].at.milliseconds == 5 && read.items[0].note == "备注")
        let answers = [FieldAnswer("a", "约2", seen: ["1", nil]), FieldAnswer("b", nil, seen: [])]
        #expect(read.items[0].answers == answers)
        #expect(try batch(Array(repeating: item(#"{"a":"1"}"#), count: 200)).items.count == 200)
        let wrong = [
            Array(repeating: item(#"{"a":"1"}"#), count: 201), [item("{}")], [item(#"{"a":1}"#)],
            [item(#"{"a":"1","a":"2"}"#)], [item(#"{"a":"1"}"#, note: String(repeating: "长", count: 151))],
            [item("{\"a\":\"\(String(repeating: "x", count: FieldBatch.sizeLimit))\"}")],
        ]
        for items in wrong { #expect(throws: Refusal.self) { try batch(items) } }
    }

    @Test("A phone takes along what its officer may correct, at most 300 estates", arguments: Engine.available)
    func takesAlong(engine: Engine) async throws {
        try await Self.withEstate(engine) { town, estate in
            let register = town.register
            try await town.act { deed in
                for code in ["430111003001", "430111003002"] {
                    try deed.tx.run(
                        "INSERT INTO place (code, parent, level, name) VALUES (\(code), '430111003', 12, '社区')")
                }
                _ = try register.registerEstate(Town.estate("外区小区", at: "430102001"), in: deed)
                for number in 0..<301 {
                    let place = number % 2 == 0 ? "430111003001" : "430111003002"
                    _ = try register.registerEstate(Town.estate("第\(number)小区", at: place), in: deed)
                }
            }
            let officer = Field.officer(1)
            let places = try await town.read { try register.fieldPlaces(for: officer, in: $0) }
            #expect(places.map(\.code.digits) == ["430111002", "430111003001", "430111003002"])
            #expect(places.map(\.estates) == [1, 151, 150])
            let own = try await town.read {
                try register.fieldEstates(of: [Town.code("430111002"), Town.code("430102")], for: officer, in: $0)
            }
            #expect(own.map(\.id) == [estate])
            await #expect {
                try await town.read { try register.fieldEstates(of: [Town.code("4301")], for: officer, in: $0) }
            } throws: { ($0 as? Refusal)?.code == "field.places" }
        }
    }
}
