import Components
import Frame
import Html
import Kernel
import Ledger
import Registry
import Sheets
import Store

/// The city's money on one page: how much was planned, promised, received and paid, and what lies idle.
struct MoneyPage {
    static let size = 50

    let query: MoneyQuery
    /// From 1, and no further than there are lines.
    let page: Int
    let rates: FundRates
    /// All lines in the order asked for.
    let lines: [FundRate]
    /// By budget year, whatever year is chosen.
    let years: [FundRate]
    let districts: [(code: PlaceCode, name: Phrase)]
    let areas: [String]
    let today: Day
    /// The whole city's ledger is read, not that of a district alone.
    let isWhole: Bool
    let exports: [Html]

    init(_ visit: Visit, in tx: Tx) throws {
        let (ledger, actor) = (visit.hall.ledger, visit.actor)
        query = MoneyQuery(visit.query)
        today = visit.ledgerToday
        let axes = query.axis == .year ? [.year] : [query.axis, .year]
        let found = try ledger.rates(
            by: axes, of: query.part, at: query.moment, today: today, for: actor, in: tx)
        rates = found[0]
        lines = Self.ordered(found[0].lines, query, visit.language)
        page = shownPage(query.page, of: lines.count, size: Self.size)
        years =
            query.year == nil
            ? found[axes.count - 1].lines
            : try ledger.rates(
                by: .year, of: query.with { $0.year = nil }.part, at: query.moment, today: today, for: actor, in: tx
            ).lines
        districts = try AuditDeskPage.districts(visit, in: tx)
        areas = try ledger.renewalAreas(of: query.district, year: query.year, for: actor, in: tx)
        isWhole = actor.may(.readLedger, at: visit.hall.city.code)
        let query = query
        exports = visit.tableButtons { query.sortedLink("/ledger.\($0)") }
    }

    func answer(_ visit: Visit) -> Frame.Answer {
        let t = visit.language
        return visit.page(
            t("一本账", "One ledger"), assets: [.style("ledger.css")],
            source: visit.ledgerSource(rates.day), view(t))
    }

    // MARK: As a file

    /// Yuan, exact to the fen.
    static func file(_ visit: Visit, _ reader: Actor, _ tx: Tx) throws -> TableFile {
        let (query, t) = (MoneyQuery(visit.query), visit.language)
        let rates = try visit.hall.ledger.rates(
            by: query.axis, of: query.part, at: query.moment, today: visit.ledgerToday, for: reader, in: tx)
        let money = ["计划", "下达指标", "认缴", "到位", "退回", "支付", "缺口", "账上"]
        let english = ["Planned", "Allotted", "Pledged", "Received", "Returned", "Paid", "Gap", "Cash left"]
        return TableFile(
            title: t("资金总览", "the city's money") + " " + axisName(query.axis)(t),
            columns: [SheetColumn(t("代码", "Code"), .text), SheetColumn(t("名称", "Name"), .text, width: 32)]
                + zip(money, english).map {
                    SheetColumn(t("\($0)（元）", "\($1) (yuan)"), .number(decimals: 2), width: 18)
                } + [
                    SheetColumn(t("到位率", "Arrival"), .percent), SheetColumn(t("使用率", "Use"), .percent),
                    SheetColumn(t("平均闲置（天）", "Idle on average (days)"), .number(decimals: 0)),
                    SheetColumn(t("最久闲置（天）", "Idle at most (days)"), .integer),
                ], rows: ordered(rates.lines, query, t).map { cells($0, t) },
            conditions: [JSON.Member("query", .string(query.sortedLink().text))])
    }

    private static func cells(_ line: FundRate, _ t: Language) -> [OutputCell] {
        let sums = line.sums
        func number(_ value: Double?) -> OutputCell { value.map { .number($0) } ?? .empty }
        return [.text(line.key), .text(line.key.isEmpty ? t("未分", "not stated") : line.name(t))]
            + [
                sums.planned, sums.allotted, sums.pledged, sums.received, sums.returned, sums.paid, sums.gap, sums.cash,
            ].map(TableFile.yuan)
            + [
                number(sums.arrivalRate), number(sums.useRate), number(line.idleDays),
                line.longestIdle.map { .integer($0) } ?? .empty,
            ]
    }

    /// Those with nothing to compare by come last, whichever way the list goes.
    static func ordered(_ lines: [FundRate], _ query: MoneyQuery, _ t: Language) -> [FundRate] {
        guard let sort = query.sort else { return lines }
        if sort == .name {
            let sorted = lines.sorted { ($0.name(t), $0.key) < ($1.name(t), $1.key) }
            return query.descending ? sorted.reversed() : sorted
        }
        return lines.map { (line: $0, value: value($0, sort)) }.sorted { left, right in
            switch (left.value, right.value) {
            case (let own?, let other?) where own != other: query.descending ? own > other : own < other
            case (nil, _?): false
            case (_?, nil): true
            default: left.line.key < right.line.key
            }
        }.map(\.line)
    }

    private static func value(_ line: FundRate, _ sort: MoneyQuery.Sort) -> Double? {
        let sums = line.sums
        return switch sort {
        case .name: nil
        case .planned: Double(sums.planned)
        case .pledged: Double(sums.promised)
        case .received: Double(sums.received)
        case .arrival: sums.arrivalRate
        case .paid: Double(sums.paid)
        case .use: sums.useRate
        case .gap: Double(sums.gap)
        case .idle: line.idleDays
        }
    }
}

extension FundSums {
    /// Pledged by residents and companies, or allotted by a budget: promised, not cash.
    var promised: Int64 { pledged + allotted }
}
