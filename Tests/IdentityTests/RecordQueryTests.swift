import Kernel
import Store
import TestSupport
import Testing

@testable import Identity

@Suite struct RecordQueryTests {
    @Test(arguments: Engine.available)
    func theRecordIsReadWithinReachAndPageByPage(engine: Engine) async throws {
        try await World.with(engine) { world in
            let officer = try await world.officer("liwei", .districtOfficer, at: World.yuhua, name: "李伟")
            for number in 0..<7 {
                world.clock.advance(seconds: 1)
                let place = number % 2 == 0 ? World.zuojiatang : World.furong
                try await world.act(as: officer.actor) {
                    try $0.record("estate.correct", on: Subject("estate", "e\(number)"), at: place)
                }
            }
            let read = { (filter: RecordFilter, reader: Actor, before: ID<RecordLine>?, limit: Int) in
                try await world.database.read { [vault = world.vault] in
                    try RecordQueries.lines(filter, reader: reader, before: before, limit: limit, vault: vault, tx: $0)
                }
            }
            let corrected = RecordFilter(act: "estate.correct")
            #expect(try await read(corrected, world.admin, nil, 50).count == 7)
            let own = try await read(corrected, officer.actor, nil, 50)
            #expect(own.map(\.subject.id) == ["e6", "e4", "e2", "e0"])
            let page = try await read(corrected, officer.actor, own[1].id, 50)
            #expect(page.map(\.subject.id) == ["e2", "e0"])
            let inFurong = RecordFilter(within: World.furong, act: "estate.correct")
            #expect(try await read(inFurong, officer.actor, nil, 50).isEmpty)
            #expect(try await read(inFurong, world.admin, nil, 2).map(\.subject.id) == ["e5", "e3"])
            let times = RecordFilter(person: officer.id, from: own[2].at, until: own[0].at)
            #expect(try await read(times, world.admin, nil, 50).map(\.subject.id) == ["e5", "e4", "e3", "e2"])
            let planner = try await world.officer("huangyan", .planner, at: World.yuhua)
            #expect(await refusal { _ = try await read(RecordFilter(), planner.actor, nil, 5) } == "right.missing")
        }
    }

    @Test(arguments: Engine.available)
    func aThingAndItsPartsHaveOneHistoryPageByPage(engine: Engine) async throws {
        try await World.with(engine) { world in
            let officer = try await world.officer("liwei", .districtOfficer, at: World.yuhua)
            let (estate, building) = (Subject("estate", "e1"), Subject("building", "b1"))
            let project = Subject("project", "p1")
            // The other estate's building has the first estate's id: kind and id belong together.
            for subject in [estate, building, Subject("building", "e1"), project, estate] {
                world.clock.advance(seconds: 1)
                try await world.act(as: officer.actor) { try $0.record("x.change", on: subject, at: World.yuhua) }
            }
            let read = { (subjects: [Subject], before: ID<RecordLine>?, limit: Int) in
                try await world.database.read { [vault = world.vault, actor = officer.actor] in
                    try RecordQueries.history(
                        of: subjects, reader: actor, before: before, limit: limit, vault: vault, tx: $0)
                }
            }
            let newest = try await read([estate, building, project], nil, 2)
            #expect(newest.map(\.subject) == [estate, project])
            let older = try await read([estate, building, project], newest[1].id, 2)
            #expect(older.map(\.subject) == [building, estate])
            #expect(try await read([], nil, 2).isEmpty)
        }
    }

    @Test(arguments: Engine.available)
    func namesAreShownToThoseWhoMaySeePeopleThere(engine: Engine) async throws {
        try await World.with(engine) { world in
            let officer = try await world.officer("liwei", .districtOfficer, at: World.yuhua, name: "李伟")
            let planner = try await world.officer("huangyan", .planner, at: World.yuhua, name: "黄艳")
            let stranger = try await world.officer("chenjing", .districtOfficer, at: World.furong)
            let subject = Subject("estate", "e1")
            try await world.act(as: officer.actor) { [vault = world.vault] deed in
                let contact = try PersonKeys.sealText("13900001234", about: planner.id, vault: vault, tx: deed.tx)
                let after: RecordFields = ["households": .integer(364), "contact": contact.map { .text($0) } ?? .null]
                try deed.record("estate.correct", on: subject, at: World.yuhua, after: after.json)
            }
            let see = { (reader: Actor) in
                let history = try await world.database.read { [vault = world.vault] in
                    try RecordQueries.history(of: subject, reader: reader, vault: vault, tx: $0)
                }
                return try #require(history.first)
            }
            for reader in [world.admin, officer.actor] {
                let seen = try await see(reader)
                #expect(seen.label == "李伟" && seen.after["contact"] == .text("13900001234"))
                #expect(seen.after["households"] == .integer(364))
            }
            for reader in [planner.actor, stranger.actor] {
                let seen = try await see(reader)
                #expect(seen.label == "工作人员 staff" && seen.after["contact"] == .text("***") && seen.person == nil)
            }
        }
    }

    @Test(arguments: Engine.available)
    func phonesAreShownToWhoeverManagesTheAccountAndToItsOwner(engine: Engine) async throws {
        try await World.with(engine) { world in
            let officer = try await world.officer("liwei", .districtOfficer, at: World.yuhua, name: "李伟")
            let auditor = try await world.officer("guolan", .auditor, at: World.city)
            try await world.act { [vault = world.vault] in
                try PersonActs.correct(officer.id, name: "李伟业", phone: "13900001234", vault: vault, deed: $0)
            }
            for (reader, phone) in [
                (world.admin, "13900001234"), (officer.actor, "13900001234"), (auditor.actor, "***"),
            ] {
                let seen = try await world.database.read { [vault = world.vault] in
                    try RecordQueries.history(
                        of: Subject("person", officer.id), reader: reader, limit: 1, vault: vault, tx: $0)
                }
                #expect(seen.first?.after["phone"] == .text(phone) && seen.first?.after["name"] == .text("李伟业"))
                #expect(seen.first?.before["phone"] == .null)
            }
        }
    }

    @Test func fieldsAreTheSameBytesWhateverTheirOrder() throws {
        let fields: RecordFields = [
            "b": .integer(1), "a": .list([.text("\"<&周\u{1}"), .null, .flag(true), .number(1.5)]),
        ]
        #expect(fields.json == (["a": fields["a"] ?? .null, "b": .integer(1)] as RecordFields).json)
        #expect(RecordFields(json: fields.json) == fields)
        #expect(RecordFields(json: "[1]") == nil)
    }

    @Test(arguments: Engine.available)
    func anOverlongChangeIsRefused(engine: Engine) async throws {
        try await World.with(engine) { world in
            let long = String(repeating: "x", count: Limits.fieldBytes + 1)
            let answer = await refusal {
                try await world.act { try $0.record("x", on: Subject("estate", "e"), at: World.yuhua, after: long) }
            }
            #expect(answer == "record.large")
        }
    }
}
