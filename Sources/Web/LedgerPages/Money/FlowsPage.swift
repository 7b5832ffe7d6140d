import Components
import Frame
import Html
import Kernel
import Ledger
import Registry
import Store

/// Where the money went: from kinds of sources over districts, or a district's projects, to kinds of work.
struct FlowsPage {
    let query: MoneyQuery
    let levels: [FlowLevel]
    let flows: FoldedFlows
    let districts: [(code: PlaceCode, name: Phrase)]
    let years: [Int]
    let classes: [String: Phrase]
    let today: Day

    init(_ visit: Visit, in tx: Tx) throws {
        let ledger = visit.hall.ledger
        query = MoneyQuery(visit.query)
        today = visit.ledgerToday
        // Who looks at one kind sees its sources, who looks at one district its projects. Plans name no works.
        levels =
            [query.kind == nil ? .kind : .source, query.district == nil ? .district : .project]
            + (query.planned ? [] : [.class])
        flows = FoldedFlows(
            try ledger.flows(
                levels, planned: query.planned, of: query.part, at: query.moment, for: visit.actor, in: tx),
            levels: levels)
        districts = try AuditDeskPage.districts(visit, in: tx)
        classes = Dictionary(
            visit.hall.menu.classes.map { ($0.code, $0.name) }, uniquingKeysWith: { first, _ in first })
        years = try ledger.budgetYears(for: visit.actor, in: tx)
    }

    func answer(_ visit: Visit) -> Frame.Answer {
        let t = visit.language
        return visit.page(
            t("资金流向", "Flows of money"), assets: [.style("ledger.css")],
            source: visit.ledgerSource(min(today, query.moment.asOf ?? today)), view(t))
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
