import Components
import Frame
import Html
import Kernel
import Ledger

/// An own question as its address says it: `by` (axes, several), `measure`, `value`, `stage` (codes with commas),
/// `district`, `source`, `project`, `area`, `item`, `class` (of work), `party`, `contract`, `year`, `from`, `as-of`,
/// `known`; `vs-from`, `vs-as-of`, `vs-known` for the period beside it; `sort`, `page`. What cannot be read is left
/// out.
struct AskQuery: Sendable {
    enum Sort: Hashable {
        /// By the codes along an axis, counted from 0.
        case axis(Int)
        case amount, beside, difference
    }

    var question: LedgerQuestion
    var sort = Sort.amount
    var descending = true
    /// From 1.
    var page = 1

    private static let textLimit = 100
    private static let years = 1990...2100

    init(_ query: FormData) {
        func text(_ name: String) -> String { String(query.text(name).prefix(Self.textLimit)) }
        let by = query.all("by").flatMap { $0.split(separator: ",") }.compactMap { AskAxis(rawValue: String($0)) }
        question = LedgerQuestion(by: query["by"] == nil ? [.source] : Array(by.prefix(LedgerQuestion.axisLimit)))
        question.measure = LedgerMeasure(rawValue: text("measure")) ?? .fen
        question.value = LedgerQuestion.Value(rawValue: text("value")) ?? .arrived
        let stages = query.all("stage").flatMap { $0.split(separator: ",") }
        question.stages = query["stage"] == nil ? [.received] : Set(stages.compactMap { LedgerStage(code: String($0)) })
        let district = PlaceCode(text("district")).flatMap { $0.level == .district ? $0 : nil }
        question.part = LedgerPart(
            place: district, project: text("project"), source: text("source"), party: text("party"),
            contract: text("contract"), item: text("item"), area: text("area"),
            year: query.number("year").flatMap { Self.years.contains($0) ? $0 : nil })
        question.part.workClass = text("class")
        question.period = Self.period(query, "")
        let beside = Self.period(query, "vs-")
        question.beside = beside == LedgerPeriod() ? nil : beside
        sorted(TableSort(parameter: text("sort")))
        page = max(1, query.number("page") ?? 1)
    }

    private static func period(_ query: FormData, _ prefix: String) -> LedgerPeriod {
        func day(_ name: String) -> Day? { Day(query.text(prefix + name)) }
        return LedgerPeriod(from: day("from"), LedgerMoment(asOf: day("as-of"), known: day("known")))
    }

    private mutating func sorted(_ asked: TableSort?) {
        guard let asked, let key = Self.sort(asked.key, axes: question.axes.count) else { return }
        (sort, descending) = (key, asked.descending)
    }

    private static func sort(_ key: String, axes: Int) -> Sort? {
        switch key {
        case "amount": .amount
        case "beside": .beside
        case "difference": .difference
        default: (0..<axes).first { key == "axis\($0)" }.map { .axis($0) }
        }
    }

    static func key(_ sort: Sort) -> String {
        switch sort {
        case .axis(let index): "axis\(index)"
        case .amount: "amount"
        case .beside: "beside"
        case .difference: "difference"
        }
    }

    var tableSort: TableSort { TableSort(Self.key(sort), descending: descending) }

    /// `base` with the whole question but the page.
    func link(_ base: Link, sorted: Bool = true) -> Link {
        var link = base.with("by", question.by.map(\.rawValue).joined(separator: ","))
        func add(_ name: String, _ value: String?) {
            if let value, !value.isEmpty { link = link.with(name, value) }
        }
        if question.measure != .fen { add("measure", question.measure.rawValue) }
        if question.value != .arrived { add("value", question.value.rawValue) }
        link = link.with("stage", question.stages.sorted().map(\.code).joined(separator: ","))
        for (name, value) in Self.parameters(of: question.part) { add(name, value) }
        for (name, value) in Self.parameters(of: question.period, "") { add(name, value) }
        if let beside = question.beside { for (name, value) in Self.parameters(of: beside, "vs-") { add(name, value) } }
        if sorted, sort != .amount || !descending { add("sort", tableSort.parameter) }
        return link
    }

    static func parameters(of part: LedgerPart) -> [(String, String)] {
        [
            ("district", part.place?.digits ?? ""), ("source", part.source), ("project", part.project),
            ("area", part.area), ("class", part.workClass), ("item", part.item), ("party", part.party),
            ("contract", part.contract),
            ("year", part.year.map { String($0) } ?? ""),
        ]
    }

    static func parameters(of period: LedgerPeriod, _ prefix: String) -> [(String, String)] {
        [
            (prefix + "from", period.from?.description ?? ""),
            (prefix + "as-of", period.moment.asOf?.description ?? ""),
            (prefix + "known", period.moment.known?.description ?? ""),
        ]
    }

    /// What a saved question keeps: the address without its path.
    var stored: String {
        let text = link("/ledger/ask").text
        return text.firstIndex(of: "?").map { String(text[text.index(after: $0)...]) } ?? ""
    }

    static func link(of saved: SavedQuestion) -> Link {
        Link(local: "/ledger/ask?" + saved.query) ?? "/ledger/ask"
    }

    /// The entries behind a line; what has no value along an axis cannot be asked for there.
    func entries(of keys: [AskedTable.Key], _ axes: [AskAxis]) -> Link {
        var link: Link = "/ledger/entries"
        for (name, value) in Self.parameters(of: question.part) + Self.parameters(of: question.period, "")
        where !value.isEmpty { link = link.with(name, value) }
        if let stage = question.stages.first, question.stages.count == 1 {
            link = link.with("stage", stage.code).with("value", question.value.rawValue)
        }
        for (axis, key) in zip(axes, keys) where !key.code.isEmpty && axis != .happened {
            link = link.with(axis.rawValue, key.code)
        }
        return link
    }
}
