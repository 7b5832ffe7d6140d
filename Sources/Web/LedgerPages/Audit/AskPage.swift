import Components
import Frame
import Html
import Kernel
import Ledger
import Registry
import Sheets
import Store

/// A question of one's own: its controls, its answer as a table, and a form to keep it.
struct AskPage {
    static let size = 50

    /// What was sent to be saved and refused.
    struct Attempt {
        var name = ""
        var isShared = false
        var refusals: [Refusal] = []
    }

    let query: AskQuery
    let asked: AskedTable
    /// In the order asked for.
    let lines: [AskedTable.Line]
    let page: Int
    let districts: [(code: PlaceCode, name: Phrase)]
    let sources: [FundSource]
    let items: [String: Phrase]
    let menu: WorksMenu
    let today: Day
    let csrf: String
    let attempt: Attempt
    let exports: [Html]

    init(_ visit: Visit, _ query: AskQuery, attempt: Attempt = Attempt(), in tx: Tx) throws {
        let ledger = visit.hall.ledger
        self.query = query
        asked = try ledger.ask(query.question, for: visit.actor, in: tx)
        lines = Self.sorted(asked.lines, query)
        page = shownPage(query.page, of: lines.count, size: Self.size)
        districts = try AuditDeskPage.districts(visit, in: tx)
        sources = try ledger.sources(for: visit.actor, in: tx)
        items = Self.items(visit)
        menu = visit.hall.menu
        today = visit.ledgerToday
        csrf = visit.csrf
        self.attempt = attempt
        exports = visit.tableButtons { query.link("/ledger/ask.\($0)") }
    }

    static func items(_ visit: Visit) -> [String: Phrase] {
        let named = visit.hall.menu.items.map { ($0.code, Phrase(zh: $0.zh, en: $0.en)) }
        return Dictionary(named, uniquingKeysWith: { first, _ in first })
    }

    /// What is equal stays in the order of its codes.
    static func sorted(_ lines: [AskedTable.Line], _ query: AskQuery) -> [AskedTable.Line] {
        func by<Key: Comparable>(_ key: (AskedTable.Line) -> Key) -> [AskedTable.Line] {
            let keyed = lines.enumerated().map { (offset: $0.offset, key: key($0.element)) }
            return keyed.sorted { left, right in
                if left.key == right.key { return left.offset < right.offset }
                return query.descending ? left.key > right.key : left.key < right.key
            }.map { lines[$0.offset] }
        }
        switch query.sort {
        case .axis(let index): return by { $0.keys[index].code }
        case .amount: return by(\.amount)
        case .beside: return by(\.beside)
        case .difference: return by(\.difference)
        }
    }

    /// What a line is called along an axis.
    static func title(
        _ key: AskedTable.Key, _ axis: AskAxis, _ items: [String: Phrase], _ t: Language
    ) -> String {
        if key.code.isEmpty { return t("（未注明）", "(none given)") }
        return key.name?(t) ?? (axis == .item ? items[key.code]?(t) : nil) ?? key.code
    }

    static func file(_ visit: Visit, _ reader: Actor, _ tx: Tx) throws -> TableFile {
        let (query, t) = (AskQuery(visit.query), visit.language)
        let asked = try visit.hall.ledger.ask(query.question, for: reader, in: tx)
        let items = Self.items(visit)
        let amounts = AskWords.amounts(query.question, t)
        let coded = asked.axes.map { AskWords.hasNames($0) }
        var columns: [SheetColumn] = []
        for (axis, isCoded) in zip(asked.axes, coded) {
            if isCoded {
                columns.append(SheetColumn(t("\(axis.name.zh)代码", "\(axis.name.en) code"), .text, width: 16))
            }
            columns.append(SheetColumn(axis.name(t), .text, width: 24))
        }
        columns += amounts.map { SheetColumn($0, .number(decimals: 2), width: 20) }
        let rows = sorted(asked.lines, query).map { line -> [OutputCell] in
            var cells: [OutputCell] = []
            for (index, axis) in asked.axes.enumerated() {
                if coded[index] { cells.append(.text(line.keys[index].code)) }
                cells.append(.text(title(line.keys[index], axis, items, t)))
            }
            let values = query.question.beside == nil ? [line.amount] : [line.amount, line.beside, line.difference]
            return cells + values.map(TableFile.yuan)
        }
        return TableFile(
            title: t("台账查询", "ledger question"), columns: columns, rows: rows,
            conditions: [JSON.Member("question", .string(query.stored))])
    }
}

/// What numbers and periods of a question are called.
enum AskWords {
    /// Axes whose codes have names of their own.
    static func hasNames(_ axis: AskAxis) -> Bool {
        switch axis {
        case .district, .project, .kind, .source, .item, .contract, .stage: true
        case .year, .party, .area, .happened: false
        }
    }

    static func unit(_ measure: LedgerMeasure, _ t: Language) -> String {
        switch measure {
        case .fen: t("元", "yuan")
        case .use: t("m²·年", "m²·years")
        }
    }

    static func measure(_ measure: LedgerMeasure, _ t: Language) -> String {
        switch measure {
        case .fen: t("资金（元）", "Money (yuan)")
        case .use: t("空间使用权（m²·年）", "Use of space (m²·years)")
        }
    }

    /// The heads of the columns of numbers.
    static func amounts(_ question: LedgerQuestion, _ t: Language) -> [String] {
        let unit = unit(question.measure, t)
        let value = question.value.name(t)
        let now = "\(value)\(t("（\(unit)）", " (\(unit))"))"
        guard question.beside != nil else { return [now] }
        return [now, t("对比\(value)（\(unit)）", "\(value) beside (\(unit))"), t("差额（\(unit)）", "difference (\(unit))")]
    }

    /// "2025-01-01 至 2025-12-31".
    static func period(_ period: LedgerPeriod, _ today: Day, _ t: Language) -> String {
        let until = dayText(t, period.moment.asOf ?? today)
        let days = period.from.map { t("\(dayText(t, $0))至\(until)", "\(dayText(t, $0)) to \(until)") }
        let known = period.moment.known.map { t("，按 \(dayText(t, $0)) 所知", ", as known on \(dayText(t, $0))") } ?? ""
        return (days ?? t("截至 \(until)", "up to \(until)")) + known
    }
}
