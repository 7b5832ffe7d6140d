public import Identity
public import Kernel
import Store

/// What somebody wants to be true of a building. Nil leaves a field as it is.
public struct BuildingChange: Sendable {
    public var name: String?
    public var officialCode: String?
    public var location: Coordinate??
    public var facts: [String: Fact]

    public init(
        name: String? = nil, officialCode: String? = nil, location: Coordinate?? = nil, facts: [String: Fact] = [:]
    ) {
        self.name = name
        self.officialCode = officialCode
        self.location = location
        self.facts = facts
    }
}

/// A dwelling on its way into the register.
public struct DwellingDraft: Sendable, Hashable {
    public var name: String
    public var floorArea: Area?
    /// A code of the state's own registers; empty for none.
    public var officialCode: String

    public init(name: String, floorArea: Area? = nil, officialCode: String = "") {
        self.name = name
        self.floorArea = floorArea
        self.officialCode = officialCode
    }
}

extension Register {
    public static let buildingsLimit = 500
    public static let dwellingsLimit = 400
    /// Square metres of one dwelling.
    private static let largestDwelling = 10_000.0

    /// Adds a building to an estate. Names are unique within an estate.
    public func registerBuilding(
        _ change: BuildingChange, of estate: ID<Estate>, evidence: String = "", in deed: Deed
    ) throws -> ID<Building> {
        let estate = try correctable(estate, in: deed)
        let desk = try BuildingDesk(self, deed)
        let state = BuildingState().applying(change)
        try Refusals.throwIfAny(desk.refusals(of: state) + EstateRules.evidence(evidence))
        let count: Int = try deed.tx.value("SELECT count(*) FROM building WHERE estate = \(estate.id)") ?? 0
        guard count < Self.buildingsLimit else { throw Self.tooMany }
        let id = ID<Building>(at: deed.now)
        let building = NewBuilding(id: id, estate: estate.id, place: estate.place, state: state)
        try desk.insert([building], evidence: evidence)
        try reassess(estate.id, in: deed)
        return id
    }

    /// Corrects a building. `seen` is the version the officer looked at.
    public func correctBuilding(
        _ id: ID<Building>, _ change: BuildingChange, seen: Int, evidence: String = "", in deed: Deed
    ) throws -> Correction {
        guard let building = try building(id, in: deed.tx) else { throw Self.noEstate }
        let estate = try correctable(building.estate, in: deed)
        guard building.version == seen else { throw Self.changedMeanwhile }
        let desk = try BuildingDesk(self, deed)
        guard try desk.correct(building, change, evidence: evidence) else { return .unchanged }
        try reassess(estate.id, in: deed)
        return .stored(version: building.version + 1)
    }

    /// Adds an entrance with its dwellings to a building.
    public func registerEntrance(
        _ name: String, dwellings: [DwellingDraft], of building: ID<Building>, in deed: Deed
    ) throws -> ID<Entrance> {
        guard let owner = try self.building(building, in: deed.tx) else { throw Self.noEstate }
        _ = try correctable(owner.estate, in: deed)
        try Refusals.throwIfAny(
            EstateRules.text(
                name, field: "name", limit: 20, required: true, label: Phrase(zh: "单元名称", en: "The entrance's name"))
                + Self.refusals(of: dwellings))
        let id = ID<Entrance>(at: deed.now)
        let taken = try deed.tx.changes(
            by: """
                INSERT INTO entrance (id, building, name) VALUES (\(id), \(building), \(name))
                ON CONFLICT (building, name) DO NOTHING
                """)
        guard taken == 1 else {
            throw Refusal(
                .conflict, "entrance.twice", zh: "该楼已有“\(name)”。",
                en: "The building has an entrance “\(name)” already.",
                field: "name")
        }
        try deed.tx.insert(
            into: "dwelling", columns: ["id", "entrance", "name", "floor_area", "official_code"],
            rows: dwellings.map {
                [
                    ID<Dwelling>(at: deed.now).sqlValue, id.sqlValue, .text($0.name), $0.floorArea.sqlValue,
                    $0.officialCode.isEmpty ? .null : .text($0.officialCode),
                ]
            })
        try deed.record(
            "entrance.register", on: Subject("building", building), at: owner.place,
            after: JSON.object([
                "entrance": .string(name), "dwellings": .array(dwellings.map { .string($0.name) }),
            ]).text)
        return id
    }

    private static func refusals(of dwellings: [DwellingDraft]) -> [Refusal] {
        var refusals: [Refusal] = []
        if dwellings.count > dwellingsLimit || Set(dwellings.map(\.name)).count != dwellings.count {
            refusals.append(
                Refusal(
                    "dwelling.list", zh: "每个单元最多 \(dwellingsLimit) 户，房号不得重复。",
                    en: "An entrance may have \(dwellingsLimit) dwellings at most, and no number twice.",
                    field: "dwellings"))
        }
        for dwelling in dwellings {
            refusals += EstateRules.text(
                dwelling.name, field: "dwellings", limit: 20, required: true,
                label: Phrase(zh: "房号", en: "A dwelling's number"))
            refusals += EstateRules.text(
                dwelling.officialCode, field: "dwellings", limit: EstateRules.codeLimit,
                label: Phrase(zh: "官方代码", en: "The official code"))
            if let area = dwelling.floorArea?.m2, !(1...largestDwelling).contains(area) {
                refusals.append(
                    Refusal(
                        "dwelling.area", zh: "“\(dwelling.name)”的面积须在 1 至 \(Int(largestDwelling)) m² 之间。",
                        en: "The area of “\(dwelling.name)” must be 1 to \(Int(largestDwelling)) m².",
                        field: "dwellings"))
            }
        }
        return refusals
    }

    static var tooMany: Refusal {
        Refusal(
            "building.many", zh: "一个小区最多登记 \(Self.buildingsLimit) 栋楼。",
            en: "An estate may have \(Self.buildingsLimit) buildings at most.")
    }

    private func correctable(_ id: ID<Estate>, in deed: Deed) throws -> Estate {
        guard let estate = try estate(id, in: deed.tx) else { throw Self.noEstate }
        try deed.actor.require(.correctEstates, at: estate.place)
        return estate
    }

    /// Looks for contradictions again after an estate's buildings changed.
    func reassess(_ id: ID<Estate>, in deed: Deed) throws {
        guard let estate = try estate(id, in: deed.tx) else { return }
        let desk = try EstateDesk(self, deed)
        let issues = desk.table.derive(EstateState(estate), buildings: try desk.buildingTotals(of: id)).issues
        try desk.table.replaceIssues(of: id, at: estate.place, with: issues, in: deed.tx)
        try deed.tx.run("UPDATE estate SET issues = \(issues.count) WHERE id = \(id)")
    }
}

struct BuildingState: Hashable {
    var name = ""
    var officialCode: String?
    var location: Coordinate?
    var facts = FactSheet()

    init() {}

    init(_ building: Building) {
        name = building.name
        officialCode = building.officialCode
        location = building.location
        facts = building.facts
    }

    func applying(_ change: BuildingChange) -> BuildingState {
        var state = self
        if let name = change.name { state.name = name }
        if let code = change.officialCode { state.officialCode = code.isEmpty ? nil : code }
        if let location = change.location { state.location = location }
        state.facts.take(change.facts)
        return state
    }

    func difference(from old: BuildingState?) -> (before: JSON, after: JSON) {
        var before: [JSON.Member] = []
        var after: [JSON.Member] = []
        func note(_ key: String, _ was: JSON, _ now: JSON) {
            guard was != now else { return }
            before.append(JSON.Member(key, was))
            after.append(JSON.Member(key, now))
        }
        note("name", old.map { .string($0.name) } ?? .null, .string(name))
        note("officialCode", old?.officialCode.map(JSON.string) ?? .null, officialCode.map(JSON.string) ?? .null)
        note("location", old?.location.json ?? .null, location.json)
        for key in Set(facts.facts.keys).union(old?.facts.facts.keys ?? [:].keys).sorted() {
            note(key, old?.facts.value(key).json ?? .null, facts.value(key).json)
        }
        if let days = facts.confirmation(of: old?.facts) { note("surveyDate", days.was.json, days.now.json) }
        return (.object(before), .object(after))
    }
}

struct NewBuilding {
    let id: ID<Building>
    let estate: ID<Estate>
    let place: PlaceCode
    let state: BuildingState
    var footprint: String?
}

extension Building {
    /// As it is stored.
    init(_ new: NewBuilding) {
        let state = new.state
        self.init(
            id: new.id, estate: new.estate, place: new.place, name: state.name, officialCode: state.officialCode,
            location: state.location, footprint: new.footprint, facts: state.facts, version: 1)
    }
}

/// Everything one deed needs to check and write buildings.
struct BuildingDesk {
    let deed: Deed
    let form: SurveyForm
    let rules: EstateRules

    init(_ register: Register, _ deed: Deed) throws {
        self.deed = deed
        form = try register.form(.building, in: deed.tx)
        rules = EstateRules(
            city: try register.city(in: deed.tx), outlines: register.outlines, form: form, currentYear: deed.today.year)
    }

    func refusals(of state: BuildingState, changed: Set<String>? = nil) -> [Refusal] {
        var refusals = EstateRules.text(
            state.name, field: "name", limit: 40, required: true, label: Phrase(zh: "楼栋名称", en: "The building's name"))
        refusals += EstateRules.text(
            state.officialCode ?? "", field: "officialCode", limit: EstateRules.codeLimit,
            label: Phrase(zh: "官方代码", en: "The official code"))
        if let location = state.location { refusals += rules.location(location) }
        for (key, fact) in state.facts.facts where changed?.contains(key) ?? true { refusals += rules.fact(key, fact) }
        return refusals
    }

    static let columns: [StaticString] = [
        "id", "estate", "place", "name", "official_code", "built_year", "floors", "entrances", "households",
        "floor_area", "longitude", "latitude", "footprint", "cell",
    ]

    func row(_ building: NewBuilding) -> [SQLValue] {
        let facts = building.state.facts
        return [
            building.id.sqlValue, building.estate.sqlValue, building.place.sqlValue, .text(building.state.name),
            building.state.officialCode.sqlValue, (facts.value(CoreFact.builtYears).yearRange?.from).sqlValue,
            facts.whole(CoreFact.floors).sqlValue, facts.whole(CoreFact.entrances).sqlValue,
            facts.whole(CoreFact.households).sqlValue,
            facts.value(CoreFact.floorArea).asDouble.flatMap { Area(m2: $0) }.sqlValue,
            (building.state.location?.longitude).sqlValue, (building.state.location?.latitude).sqlValue,
            building.footprint.sqlValue, MapCells.cell(of: building.state.location).sqlValue,
        ]
    }

    /// Writes checked buildings and, unless `act` is nil, one line of the record for each.
    func insert(_ buildings: [NewBuilding], evidence: String = "", act: String? = "building.register") throws {
        var next = buildings.makeIterator()
        do {
            try deed.tx.insert(into: "building", columns: Self.columns) { next.next().map(row) }
        } catch StoreError.constraint {
            throw Refusal(
                .conflict, "building.twice", zh: "该小区已有同名楼栋。", en: "The estate has a building of that name already.",
                field: "name")
        }
        next = buildings.makeIterator()
        try deed.tx.insert(into: "building_sheet", columns: ["building", "facts"]) {
            next.next().map { [$0.id.sqlValue, .text($0.state.facts.document)] }
        }
        guard let act else { return }
        next = buildings.makeIterator()
        try Record.insertMany(deed: deed) {
            next.next().map { building in
                RecordEntry(
                    act, on: Subject("building", building.id), at: building.place,
                    after: Self.told(building.state.difference(from: nil).after, evidence))
            }
        }
    }

    /// Answers false when nothing differed.
    func correct(
        _ building: Building, _ change: BuildingChange, evidence: String = "", act: String = "building.correct"
    ) throws -> Bool {
        let old = BuildingState(building)
        let new = old.applying(change)
        guard new != old else { return false }
        let (before, after) = new.difference(from: old)
        try Refusals.throwIfAny(
            refusals(of: new, changed: Set(after.members.map(\.key))) + EstateRules.evidence(evidence))
        let facts = new.facts
        try deed.tx.run(
            """
            UPDATE building SET name = \(new.name), official_code = \(new.officialCode),
                built_year = \(facts.value(CoreFact.builtYears).yearRange?.from), floors = \(facts.whole(CoreFact.floors)),
                entrances = \(facts.whole(CoreFact.entrances)), households = \(facts.whole(CoreFact.households)),
                floor_area = \(facts.value(CoreFact.floorArea).asDouble.flatMap { Area(m2: $0) }),
                longitude = \(new.location?.longitude), latitude = \(new.location?.latitude),
                cell = \(MapCells.cell(of: new.location)), version = version + 1
            WHERE id = \(building.id)
            """)
        try deed.tx.run("UPDATE building_sheet SET facts = \(facts.document) WHERE building = \(building.id)")
        try deed.record(
            act, on: Subject("building", building.id), at: building.place, before: before.text,
            after: Self.told(after, evidence))
        return true
    }

    private static func told(_ after: JSON, _ evidence: String) -> String {
        evidence.isEmpty ? after.text : JSON.object(after.members + [JSON.Member("evidence", .string(evidence))]).text
    }
}

extension FactSheet {
    /// A fact as a whole number, nil when unknown.
    func whole(_ key: String) -> Int? { value(key).asDouble.map { Int($0) } }
}
