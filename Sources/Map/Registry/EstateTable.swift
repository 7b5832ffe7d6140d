import Kernel
import Store

/// How an estate's state lies in the tables.
struct EstateTable {
    let form: SurveyForm
    var quality: QualityCheck
    let now: Instant

    /// What Yiju derives from a state and stores beside it.
    struct Derived {
        let issues: [QualityIssue]
        let knownLow: Int64
        let knownHigh: Int64
        /// Thousandths.
        let completeness: Int
    }

    func derive(_ state: EstateState, buildings: BuildingTotals = BuildingTotals()) -> Derived {
        var known: (low: Int64, high: Int64) = (0, 0)
        var count = 0
        func note(_ key: String) {
            guard let index = form.position(of: key), index < 126 else { return }
            count += 1
            if index < 63 { known.low |= 1 << Int64(index) } else { known.high |= 1 << Int64(index - 63) }
        }
        if !state.name.isEmpty { note(CoreFact.name) }
        for (key, fact) in state.facts.facts where fact.value.isKnown && key != CoreFact.name { note(key) }
        return Derived(
            issues: quality.issues(of: state, buildings: buildings), knownLow: known.low, knownHigh: known.high,
            completeness: form.questions.isEmpty ? 1000 : count * 1000 / form.questions.count)
    }

    static let columns: [StaticString] = [
        "id", "number", "name", "place", "address", "official_code", "built_from", "built_to", "households",
        "buildings",
        "floor_area", "longitude", "latitude", "surveyed_on", "stage", "stage_day", "programmed_year", "completed_year",
        "known_low", "known_high", "completeness", "issues", "generated", "version", "changed_at", "search_key",
        "sort_key", "cell",
    ]

    /// A row for a new estate, in the order of `columns`.
    func row(
        _ id: ID<Estate>, number: String, _ state: EstateState, _ derived: Derived, searchKey: String, life: EstateLife
    ) -> [SQLValue] {
        let core = core(of: state)
        return [
            id.sqlValue, .text(number), .text(state.name), .text(state.place.digits), .text(state.address),
            state.officialCode.sqlValue, core.builtFrom.sqlValue, core.builtTo.sqlValue, core.households.sqlValue,
            core.buildings.sqlValue, core.floorArea.sqlValue, (state.location?.longitude).sqlValue,
            (state.location?.latitude).sqlValue, core.surveyedOn.sqlValue, .text(life.stage), life.stageDay.sqlValue,
            life.programmedYear.sqlValue, life.completedYear.sqlValue, .integer(derived.knownLow),
            .integer(derived.knownHigh), .integer(Int64(derived.completeness)), .integer(Int64(derived.issues.count)),
            life.isGenerated.sqlValue, .integer(1), now.sqlValue, .text(searchKey),
            .bytes(NameKey.sort(state.name)), MapCells.cell(of: state.location).sqlValue,
        ]
    }

    func update(_ id: ID<Estate>, number: String, _ state: EstateState, _ derived: Derived, in tx: Tx) throws {
        let core = core(of: state)
        let words = words(of: state, number: number)
        try tx.run(
            """
            UPDATE estate SET name = \(state.name), place = \(state.place), address = \(state.address),
                official_code = \(state.officialCode), built_from = \(core.builtFrom), built_to = \(core.builtTo),
                households = \(core.households), buildings = \(core.buildings), floor_area = \(core.floorArea),
                longitude = \(state.location?.longitude), latitude = \(state.location?.latitude),
                surveyed_on = \(core.surveyedOn), known_low = \(derived.knownLow), known_high = \(derived.knownHigh),
                completeness = \(derived.completeness), issues = \(derived.issues.count), version = version + 1,
                changed_at = \(now), search_key = \(words.head),
                sort_key = \(NameKey.sort(state.name)), cell = \(MapCells.cell(of: state.location))
            WHERE id = \(id)
            """)
        try tx.run("UPDATE estate_sheet SET facts = \(state.facts.document) WHERE estate = \(id)")
        try tx.run("DELETE FROM estate_words WHERE estate = \(id)")
        if let whole = words.whole {
            try tx.run("INSERT INTO estate_words (estate, search_key) VALUES (\(id), \(whole))")
        }
    }

    func replaceIssues(of id: ID<Estate>, at place: PlaceCode, with issues: [QualityIssue], in tx: Tx) throws {
        try tx.run("DELETE FROM estate_issue WHERE estate = \(id)")
        for issue in issues {
            try tx.run(
                """
                INSERT INTO estate_issue (estate, rule, place, detail)
                VALUES (\(id), \(issue.rule.rawValue), \(place), \(issue.detail))
                """)
        }
    }

    func replaceAliases(of id: ID<Estate>, with aliases: [String], in tx: Tx) throws {
        try tx.run("DELETE FROM estate_alias WHERE estate = \(id)")
        for alias in Set(aliases) {
            try tx.run("INSERT INTO estate_alias (estate, name) VALUES (\(id), \(alias))")
        }
    }

    /// What an estate is found by.
    func words(of state: EstateState, number: String) -> (head: String, whole: String?) {
        NameKey.indexed(NameKey.search([state.name, number, state.address] + state.aliases))
    }

    private struct Core {
        let builtFrom: Int?
        let builtTo: Int?
        let households: Int?
        let buildings: Int?
        let floorArea: Area?
        let surveyedOn: Day?
    }

    private func core(of state: EstateState) -> Core {
        let years = state.facts.value(CoreFact.builtYears).yearRange
        return Core(
            builtFrom: years?.from, builtTo: years?.to,
            households: state.facts.value(CoreFact.households).asDouble.map { Int($0) },
            buildings: state.facts.value(CoreFact.buildings).asDouble.map { Int($0) },
            floorArea: state.facts.value(CoreFact.floorArea).asDouble.flatMap { Area(m2: $0) },
            surveyedOn: state.facts.facts.values.compactMap(\.provenance.day).max())
    }
}

/// Where an estate stands in its life when it is first written.
struct EstateLife {
    var stage = Stage.first
    var stageDay: Day?
    var programmedYear: Int?
    var completedYear: Int?
    var isGenerated = false
}
