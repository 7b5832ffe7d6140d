import Components
import Frame
import Html
import Kernel
import Ledger
import Registry
import Sheets
import Store

/// What the list of sources is asked for, as its address says it: `q`, `kind` (several with commas), `year`, `as-of`,
/// `known`, `sort`, `page`. What cannot be read is left out.
struct SourcesQuery: Sendable {
    enum Sort: String {
        case code, name, kind, year, amount, received, paid, left
    }

    var text = ""
    var kinds: [FundSource.Kind] = []
    /// A budget year in which the source may be spent.
    var year: Int?
    var moment = LedgerMoment.now
    var sort = Sort.code
    var descending = false
    /// From 1.
    var page = 1

    init(_ query: FormData) {
        text = String(query.text("q").prefix(100))
        kinds = query.text("kind").prefix(500).split(separator: ",").compactMap {
            FundSource.Kind(rawValue: String($0))
        }
        year = MoneyQuery(query).year
        moment = LedgerMoment(query)
        if let asked = TableSort(parameter: query.text("sort")), let key = Sort(rawValue: asked.key) {
            (sort, descending) = (key, asked.descending)
        }
        page = max(1, query.number("page") ?? 1)
    }

    var isFiltered: Bool { !text.isEmpty || !kinds.isEmpty || year != nil || moment != .now }

    var tableSort: TableSort { TableSort(sort.rawValue, descending: descending) }

    var kindText: String { kinds.map(\.rawValue).joined(separator: ",") }

    /// `base` with everything asked for but the page.
    func link(_ base: Link = "/ledger/sources") -> Link {
        var link = base
        if !text.isEmpty { link = link.with("q", text) }
        if !kinds.isEmpty { link = link.with("kind", kindText) }
        if let year { link = link.with("year", year) }
        if sort != .code || descending { link = link.with("sort", tableSort.parameter) }
        return moment.at(link)
    }

    func matches(_ source: FundSource) -> Bool {
        guard kinds.isEmpty || kinds.contains(source.kind), year.map(source.years.contains) ?? true else {
            return false
        }
        let asked = text.lowercased()
        return asked.isEmpty
            || [source.code, source.name.zh, source.name.en, source.document].contains {
                $0.lowercased().contains(asked)
            }
    }
}

/// Where the city's money comes from: every source with its document and what became of its amount.
struct SourcesPage {
    static let size = 50

    struct Line {
        let source: FundSource
        let sums: FundSums

        /// Of the document's amount, not paid yet.
        var left: Int64 { source.amount - sums.paid }
    }

    let query: SourcesQuery
    let page: Int
    /// All that match, in the order asked for.
    let lines: [Line]
    let years: [Int]
    let today: Day
    let isWhole: Bool
    let exports: [Html]

    init(_ visit: Visit, in tx: Tx) throws {
        query = SourcesQuery(visit.query)
        today = visit.ledgerToday
        let all = try visit.hall.ledger.sources(for: visit.actor, in: tx)
        years = Set(all.flatMap { $0.years.prefix(50) }).sorted()
        lines = try Self.lines(query, all, visit, visit.actor, tx)
        page = shownPage(query.page, of: lines.count, size: Self.size)
        isWhole = visit.actor.may(.readLedger, at: visit.hall.city.code)
        let query = query
        exports = visit.tableButtons { query.link("/ledger/sources.\($0)") }
    }

    private static func lines(
        _ query: SourcesQuery, _ all: [FundSource], _ visit: Visit, _ reader: Actor, _ tx: Tx
    ) throws -> [Line] {
        let sums = try visit.hall.ledger.sourceSums(at: query.moment, for: reader, in: tx)
        let lines = all.filter(query.matches).map { Line(source: $0, sums: sums[$0.code] ?? FundSums()) }
        let t = visit.language
        func isBefore(_ left: Line, _ right: Line) -> Bool {
            let (own, other) = (left.source, right.source)
            return switch query.sort {
            case .code: own.code < other.code
            case .name: (own.name(t), own.code) < (other.name(t), other.code)
            case .kind: (order(own.kind), own.code) < (order(other.kind), other.code)
            case .year: (own.years.lowerBound, own.code) < (other.years.lowerBound, other.code)
            case .amount: (own.amount, own.code) < (other.amount, other.code)
            case .received: (left.sums.received, own.code) < (right.sums.received, other.code)
            case .paid: (left.sums.paid, own.code) < (right.sums.paid, other.code)
            case .left: (left.left, own.code) < (right.left, other.code)
            }
        }
        return query.descending ? lines.sorted { isBefore($1, $0) } : lines.sorted(by: isBefore)
    }

    private static func order(_ kind: FundSource.Kind) -> Int { FundSource.Kind.allCases.firstIndex(of: kind) ?? 0 }

    func answer(_ visit: Visit) -> Frame.Answer {
        let t = visit.language
        return visit.page(
            t("资金来源", "Sources of money"), assets: [.style("ledger.css")],
            source: visit.ledgerSource(query.moment.asOf ?? today), view(t))
    }

    // MARK: As a file

    /// Yuan, exact to the fen.
    static func file(_ visit: Visit, _ reader: Actor, _ tx: Tx) throws -> TableFile {
        let (query, t) = (SourcesQuery(visit.query), visit.language)
        let all = try visit.hall.ledger.sources(for: reader, in: tx)
        let money = SheetColumn.Format.number(decimals: 2)
        let rows = try lines(query, all, visit, reader, tx).map { line -> [OutputCell] in
            let (source, sums) = (line.source, line.sums)
            return [
                .text(source.code), .text(source.name(t)), .text(source.kind.name(t)), .text(source.document),
                .integer(source.years.lowerBound), .integer(source.years.upperBound),
                source.isMoney ? TableFile.yuan(source.amount) : .empty,
                TableFile.yuan(sums.planned), TableFile.yuan(sums.received), TableFile.yuan(sums.paid),
                TableFile.yuan(sums.returned), source.isMoney ? TableFile.yuan(line.left) : .empty,
            ]
        }
        return TableFile(
            title: t("资金来源", "sources of money"),
            columns: [
                SheetColumn(t("代码", "Code"), .text), SheetColumn(t("名称", "Name"), .text, width: 32),
                SheetColumn(t("类别", "Kind"), .text), SheetColumn(t("文号", "Document"), .text, width: 24),
                SheetColumn(t("起始年度", "First year"), .general), SheetColumn(t("截止年度", "Last year"), .general),
                SheetColumn(t("文件金额（元）", "Amount (yuan)"), money, width: 18),
                SheetColumn(t("已计划（元）", "Planned (yuan)"), money, width: 18),
                SheetColumn(t("已到位（元）", "Received (yuan)"), money, width: 18),
                SheetColumn(t("已支付（元）", "Paid (yuan)"), money, width: 18),
                SheetColumn(t("已退回（元）", "Returned (yuan)"), money, width: 18),
                SheetColumn(t("未支付（元）", "Not paid yet (yuan)"), money, width: 18),
            ], rows: rows,
            conditions: [
                JSON.Member("text", .string(query.text)), JSON.Member("kind", .string(query.kindText)),
                JSON.Member("year", query.year.map { .integer(Int64($0)) } ?? .null),
                JSON.Member("asOf", .string(query.moment.asOf?.description ?? "")),
                JSON.Member("known", .string(query.moment.known?.description ?? "")),
            ])
    }
}

extension FundSource {
    /// The use of space is given in m²·year, and pays no bill.
    var isMoney: Bool { kind != .cededUse }
}
