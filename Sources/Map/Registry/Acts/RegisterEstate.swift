public import Identity
public import Kernel
import Store

extension Register {
    /// Enters an estate into the register. Its stage is "surveyed" until a project carries it further.
    /// - Throws: `Refusals` by field; `Refusal` when the actor may not register there.
    /// - Parameter id: made from the request that asks for it; a fresh one when nil.
    public func registerEstate(
        _ change: EstateChange, as id: ID<Estate>? = nil, evidence: String = "", in deed: Deed
    ) throws -> ID<Estate> {
        guard let place = change.place else {
            throw Refusal(
                "estate.place.missing", zh: "请选择街道或社区。", en: "Choose a subdistrict or neighbourhood.", field: "place")
        }
        try deed.actor.require(.registerEstates, at: place)
        let desk = try EstateDesk(self, deed)
        let state = EstateState(place: place).applying(change)
        try Refusals.throwIfAny(
            desk.rules.refusals(of: state) + desk.placeRefusals(place) + EstateRules.evidence(evidence))
        let number = try desk.takeNumbers(1)
        return try desk.insert([NewEstate(id: id, state: state)], firstNumber: number, evidence: evidence)[0]
    }

    /// The same for a request that may be sent twice: the first half of `id` names the request, the second its content.
    /// Sent again it finds the estate that it registered, and changes nothing.
    /// - Throws: a refusal when the same request had another content before.
    public func registerEstate(
        _ change: EstateChange, once id: ID<Estate>, evidence: String = "", in deed: Deed
    ) throws -> (id: ID<Estate>, isNew: Bool) {
        let (least, most) = (ID<Estate>(high: id.high, low: 0), ID<Estate>(high: id.high, low: .max))
        let known: ID<Estate>? = try deed.tx.value("SELECT id FROM estate WHERE id BETWEEN \(least) AND \(most)")
        guard let known else { return (try registerEstate(change, as: id, evidence: evidence, in: deed), true) }
        guard known == id else {
            throw Refusal(
                "request.reused", zh: "这个 Idempotency-Key 已用于另一个内容不同的请求；请换一个。",
                en: "This Idempotency-Key was used for another request with a different content; choose a new one.",
                field: "Idempotency-Key")
        }
        return (known, false)
    }
}

/// A checked estate on its way into the tables.
struct NewEstate {
    var id: ID<Estate>?
    let state: EstateState
    var life = EstateLife()
    var buildings = BuildingTotals()
    /// The number to keep; nil takes the next one.
    var number: String?
}

/// Everything one deed needs to check and write estates, looked up once: the same desk serves one correction and an
/// import of a whole district.
struct EstateDesk {
    let deed: Deed
    let city: City
    let form: SurveyForm
    let rules: EstateRules
    var table: EstateTable

    init(_ register: Register, _ deed: Deed) throws {
        self.deed = deed
        city = try register.city(in: deed.tx)
        form = try register.form(.estate, in: deed.tx)
        rules = EstateRules(
            city: city, outlines: register.outlines, form: form, currentYear: deed.today.year)
        let unconfirmed = Set(
            try deed.tx.map("SELECT code FROM place WHERE confirmed = 0 AND level = 12") { try $0[0] as PlaceCode })
        let quality = QualityCheck(
            cutoffYear: city.cutoffYear, outlines: register.outlines, unconfirmed: unconfirmed)
        table = EstateTable(form: form, quality: quality, now: deed.now)
    }

    /// The place must exist and not have ended.
    func placeRefusals(_ place: PlaceCode) throws -> [Refusal] {
        let row = try deed.tx.first("SELECT ended_on, merged_into FROM place WHERE code = \(place)")
        guard let row else {
            return [
                Refusal(
                    "estate.place.unknown", zh: "没有代码为 \(place) 的街道或社区。",
                    en: "There is no place with the code \(place).",
                    field: "place")
            ]
        }
        guard let ended: Day = try row["ended_on"] else { return [] }
        let heir: PlaceCode? = try row["merged_into"]
        return [
            Refusal(
                "estate.place.ended", zh: "\(place) 已于 \(ended) 撤并\(heir.map { "，请改用 \($0)" } ?? "")。",
                en: "\(place) ceased on \(ended)\(heir.map { "; use \($0)" } ?? "").", field: "place")
        ]
    }

    /// Reserves public numbers and answers the first.
    func takeNumbers(_ count: Int) throws -> Int {
        let next: Int? = try deed.tx.value(
            """
            UPDATE city SET next_estate = next_estate + \(count) WHERE code = \(city.code) RETURNING next_estate
            """)
        return (next ?? 1) - count
    }

    func number(_ ordinal: Int) -> String {
        let digits = String(ordinal)
        return city.prefix + "-" + String(repeating: "0", count: max(0, 5 - digits.count)) + digits
    }

    /// Writes checked estates and one line of the record for each. Answers their ids in order.
    func insert(
        _ estates: [NewEstate], firstNumber: Int, evidence: String = "", act: String = "estate.register"
    ) throws -> [ID<Estate>] {
        var sequence = IDSequence()
        var ids: [ID<Estate>] = []
        ids.reserveCapacity(estates.count)
        var rows: [[SQLValue]] = []
        rows.reserveCapacity(estates.count)
        var issues: [[SQLValue]] = []
        var long: [[SQLValue]] = []
        for (offset, estate) in estates.enumerated() {
            let id = estate.id ?? sequence.next(at: deed.now)
            ids.append(id)
            let derived = table.derive(estate.state, buildings: estate.buildings)
            let number = estate.number ?? number(firstNumber + offset)
            let words = table.words(of: estate.state, number: number)
            rows.append(
                table.row(id, number: number, estate.state, derived, searchKey: words.head, life: estate.life))
            if let whole = words.whole { long.append([id.sqlValue, .text(whole)]) }
            for issue in derived.issues {
                issues.append([
                    id.sqlValue, .text(issue.rule.rawValue), estate.state.place.sqlValue, .text(issue.detail),
                ])
            }
        }
        try deed.tx.insert(into: "estate", columns: EstateTable.columns, rows: rows)
        try deed.tx.insert(into: "estate_words", columns: ["estate", "search_key"], rows: long)
        try insertDetails(estates, ids)
        try deed.tx.insert(into: "estate_issue", columns: ["estate", "rule", "place", "detail"], rows: issues)
        try record(estates, ids, evidence: evidence, act: act)
        return ids
    }

    private func insertDetails(_ estates: [NewEstate], _ ids: [ID<Estate>]) throws {
        var next = zip(ids, estates).makeIterator()
        try deed.tx.insert(into: "estate_sheet", columns: ["estate", "facts"]) {
            next.next().map { [$0.sqlValue, .text($1.state.facts.document)] }
        }
        next = zip(ids, estates).makeIterator()
        let today = deed.today
        try deed.tx.insert(into: "estate_place", columns: ["estate", "place", "from_day"]) {
            next.next().map { [$0.sqlValue, $1.state.place.sqlValue, today.sqlValue] }
        }
        let aliases = zip(ids, estates).flatMap { id, estate in
            Set(estate.state.aliases).map { [id.sqlValue, SQLValue.text($0)] }
        }
        try deed.tx.insert(into: "estate_alias", columns: ["estate", "name"], rows: aliases)
    }

    private func record(_ estates: [NewEstate], _ ids: [ID<Estate>], evidence: String, act: String) throws {
        let basis = evidence.isEmpty ? [] : [JSON.Member("evidence", .string(evidence))]
        var next = zip(ids, estates).makeIterator()
        try Record.insertMany(deed: deed) {
            next.next().map { id, estate in
                RecordEntry(
                    act, on: Subject("estate", id), at: estate.state.place, before: nil,
                    after: JSON.object(estate.state.difference(from: nil).after.members + basis).text)
            }
        }
    }
}
