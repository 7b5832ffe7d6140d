import Components
import Frame
import Html
import Kernel
import Ledger
import Registry
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
    let today: Day
    /// The whole city's ledger is read, not that of a district alone.
    let isWhole: Bool

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
        isWhole = actor.may(.readLedger, at: visit.hall.city.code)
    }

    func answer(_ visit: Visit) -> Frame.Answer {
        let t = visit.language
        return visit.page(
            t("一本账", "One ledger"), assets: [.style("ledger.css")],
            source: visit.ledgerSource(rates.day), view(t))
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
