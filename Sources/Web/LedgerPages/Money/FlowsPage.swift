import Components
import Frame
import Html
import Kernel
import Ledger
import Registry
import Sheets
import Store

/// Where the money went: from kinds of sources over districts, or a district's areas and projects, to kinds of work.
struct FlowsPage {
    let query: MoneyQuery
    let levels: [FlowLevel]
    let flows: FoldedFlows
    let districts: [(code: PlaceCode, name: Phrase)]
    let areas: [String]
    let years: [Int]
    let classes: [String: Phrase]
    let today: Day
    let exports: [Html]

    init(_ visit: Visit, in tx: Tx) throws {
        let ledger = visit.hall.ledger
        query = MoneyQuery(visit.query)
        today = visit.ledgerToday
        areas = try ledger.renewalAreas(of: query.district, year: query.year, for: visit.actor, in: tx)
        levels = Self.levels(query, hasAreas: !areas.isEmpty)
        flows = FoldedFlows(
            try ledger.flows(
                levels, planned: query.planned, of: query.part, at: query.moment, for: visit.actor, in: tx),
            levels: levels)
        districts = try AuditDeskPage.districts(visit, in: tx)
        classes = Self.classes(visit)
        years = try ledger.budgetYears(for: visit.actor, in: tx)
        let query = query
        exports = visit.tableButtons { query.link("/ledger/flows.\($0)") }
    }

    /// Who looks at one kind sees its sources, who looks at one district its areas and projects, who looks at one area
    /// its projects. Plans name no works.
    private static func levels(_ query: MoneyQuery, hasAreas: Bool) -> [FlowLevel] {
        var levels: [FlowLevel] = [query.kind == nil ? .kind : .source]
        if !query.area.isEmpty {
            levels.append(.project)
        } else if query.district == nil {
            levels.append(.district)
        } else {
            levels += hasAreas ? [.area, .project] : [.project]
        }
        return levels + (query.planned ? [] : [.class])
    }

    private static func classes(_ visit: Visit) -> [String: Phrase] {
        Dictionary(visit.hall.menu.classes.map { ($0.code, $0.name) }, uniquingKeysWith: { first, _ in first })
    }

    func answer(_ visit: Visit) -> Frame.Answer {
        let t = visit.language
        return visit.page(
            t("资金流向", "Flows of money"), assets: [.style("ledger.css")],
            source: visit.ledgerSource(min(today, query.moment.asOf ?? today)), view(t))
    }
}

extension FlowsPage {
    /// Every band, what the picture joins told apart; yuan, exact to the fen.
    static func file(_ visit: Visit, _ reader: Actor, _ tx: Tx) throws -> TableFile {
        let (query, t, ledger) = (MoneyQuery(visit.query), visit.language, visit.hall.ledger)
        let classes = classes(visit)
        let areas = try ledger.renewalAreas(of: query.district, year: query.year, for: reader, in: tx)
        let flows = try ledger.flows(
            levels(query, hasAreas: !areas.isEmpty), planned: query.planned, of: query.part, at: query.moment,
            for: reader, in: tx)
        func cells(_ node: MoneyFlows.Node) -> [OutputCell] {
            let name = (node.level == .class ? classes[node.key] : nil) ?? node.name
            return [.text(Self.name(node.level)(t)), .text(node.key), .text(name(t))]
        }
        func columns(_ side: String) -> [SheetColumn] {
            [
                SheetColumn(side + t("：类别", ": level"), .text), SheetColumn(side + t("：代码", ": code"), .text),
                SheetColumn(side + t("：名称", ": name"), .text, width: 28),
            ]
        }
        return TableFile(
            title: t("资金流向", "flows of money"),
            columns: columns(t("从", "From")) + columns(t("到", "To")) + [
                SheetColumn(t("金额（元）", "Amount (yuan)"), .number(decimals: 2), width: 18),
                SheetColumn(t("占其", "Share of it"), .percent),
            ],
            rows: flows.links.map { link in
                let (from, to) = (flows.nodes[link.from], flows.nodes[link.to])
                return cells(from) + cells(to)
                    + [TableFile.yuan(link.fen), .number(Double(link.fen) / Double(max(1, from.fen)))]
            }, conditions: [JSON.Member("query", .string(query.link("/ledger/flows").text))])
    }
}

/// Flows with what is small in a column joined to one node, so that a picture of them can be read.
struct FoldedFlows {
    struct Node {
        let level: FlowLevel
        let column: Int
        /// Empty where the postings name none.
        let key: String
        /// Nil for the rest of a column.
        let name: Phrase?
        var fen: Int64
        /// Nodes in it.
        var count = 1
    }

    struct Band {
        /// Positions in `nodes`.
        let from: Int
        let to: Int
        let fen: Int64
    }

    private(set) var nodes: [Node] = []
    private(set) var bands: [Band] = []
    let total: Int64

    /// Nodes of a column that stand for themselves.
    static let shown = 14

    init(_ flows: MoneyFlows, levels: [FlowLevel]) {
        total = flows.total
        var positions: [Int] = []
        var rests: [Int: Int] = [:]
        var counts = [Int](repeating: 0, count: levels.count)
        for node in flows.nodes {
            let column = levels.firstIndex(of: node.level) ?? 0
            counts[column] += 1
            if counts[column] <= Self.shown {
                positions.append(nodes.count)
                nodes.append(Node(level: node.level, column: column, key: node.key, name: node.name, fen: node.fen))
            } else if let rest = rests[column] {
                positions.append(rest)
                nodes[rest].fen += node.fen
                nodes[rest].count += 1
            } else {
                rests[column] = nodes.count
                positions.append(nodes.count)
                nodes.append(Node(level: node.level, column: column, key: "", name: nil, fen: node.fen))
            }
        }
        var sums: [[Int]: Int64] = [:]
        for link in flows.links { sums[[positions[link.from], positions[link.to]], default: 0] += link.fen }
        bands = sums.map { Band(from: $0.key[0], to: $0.key[1], fen: $0.value) }
            .sorted { ($0.from, $0.to) < ($1.from, $1.to) }
    }
}
