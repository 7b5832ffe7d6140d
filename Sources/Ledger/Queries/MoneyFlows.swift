public import Kernel
public import Store

/// A column of the picture of flows, from left to right.
public enum FlowLevel: String, Sendable, CaseIterable {
    case kind, source, year, district, area, project, `class`, item, party

    /// The dimension of a posting that tells it.
    var dimension: Dimensions {
        switch self {
        case .kind, .source: .source
        case .year: .year
        case .district, .project: .project
        case .area: .area
        case .class, .item: .item
        case .party: .party
        }
    }
}

/// The widths of a Sankey picture, in fen: nodes by column, links between neighbouring columns. What goes into a node
/// goes out of it, except in the first and last column.
public struct MoneyFlows: Sendable, Hashable {
    public struct Node: Sendable, Hashable {
        public let level: FlowLevel
        /// A code; empty where the postings name none.
        public let key: String
        public let name: Phrase
        public let fen: Int64
    }

    public struct Link: Sendable, Hashable {
        /// Positions in `nodes`.
        public let from: Int
        public let to: Int
        public let fen: Int64
    }

    /// Column by column, in each the widest first.
    public let nodes: [Node]
    public let links: [Link]
    public let total: Int64
}

extension Ledger {
    /// Where the money went that was paid: from sources over districts, areas, projects to kinds of work.
    /// - Parameters:
    ///   - levels: two or more columns; by default kinds of sources, districts, classes of work.
    ///   - planned: of what was planned instead of what was paid; plans seldom name an item.
    /// - Throws: `Refusal` `right.missing`.
    public func flows(
        _ levels: [FlowLevel] = [.kind, .district, .class], planned: Bool = false, of part: LedgerPart = .init(),
        at moment: LedgerMoment = .now, for reader: Actor, in tx: Tx
    ) throws -> MoneyFlows {
        try reader.require(.readLedger)
        let conditions: SQL = "\(try Self.within(reader, tx)) AND \(part.conditions(classes))"
        let names = try TermNames(tx)
        var widths: [[String]: Int64] = [:]
        // Only by what the levels need: every further column multiplies the groups.
        let needed = levels.reduce(into: Dimensions()) { $0.formUnion($1.dimension) }
        let columns: [(column: SQL, take: (inout Slice, Row, Int) throws -> Void, of: Dimensions)] = [
            ("s.source", { $0.source = try $1[$2] }, .source), ("s.project", { $0.project = try $1[$2] }, .project),
            ("s.area", { $0.area = try $1[$2] }, .area), ("s.item", { $0.item = try $1[$2] }, .item),
            ("s.party", { $0.party = try $1[$2] }, .party), ("s.year", { $0.year = try $1[$2] }, .year),
        ].filter { needed.contains($0.2) }
        _ = try FundSums.read(by: columns.map(\.column), conditions, at: moment, tx) { row, sums in
            let fen = planned ? sums.planned : sums.paid
            guard fen > 0 else { return }
            var slice = Slice()
            for (index, column) in columns.enumerated() { try column.take(&slice, row, index) }
            widths[levels.map { key(of: slice, at: $0, names) }, default: 0] += fen
        }
        return picture(levels, widths, names)
    }

    /// The renewal areas that postings name, in the order of their codes.
    /// - Parameters:
    ///   - place: of whose projects; nil for all that the reader sees.
    ///   - year: of the budget.
    /// - Throws: `Refusal` `right.missing`.
    public func renewalAreas(of place: PlaceCode?, year: Int?, for reader: Actor, in tx: Tx) throws -> [String] {
        try reader.require(.readLedger)
        var conditions: [SQL] = ["s.area <> ''", try Self.within(reader, tx)]
        if let place {
            conditions.append("s.project IN (SELECT number FROM project WHERE \(Scope([place]), contains: "place"))")
        }
        if let year { conditions.append("s.year = \(year)") }
        return try tx.map("SELECT DISTINCT s.area FROM slice s WHERE \(SQL.all(conditions))") { try $0[0] as String }
            .sorted()
    }

    private func key(of slice: Slice, at level: FlowLevel, _ names: TermNames) -> String {
        switch level {
        case .kind: names.kind(of: slice.source).rawValue
        case .source: slice.source
        case .year: String(slice.year)
        case .district: names.district(of: slice.project)
        case .area: slice.area
        case .project: slice.project
        case .class: classes[slice.item] ?? ""
        case .item: slice.item
        case .party: slice.party
        }
    }

    private func picture(_ levels: [FlowLevel], _ widths: [[String]: Int64], _ names: TermNames) -> MoneyFlows {
        var nodes: [MoneyFlows.Node] = []
        var positions: [[String: Int]] = []
        for (column, level) in levels.enumerated() {
            var sums: [String: Int64] = [:]
            for (path, fen) in widths { sums[path[column], default: 0] += fen }
            var index: [String: Int] = [:]
            for (key, fen) in sums.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
                index[key] = nodes.count
                nodes.append(MoneyFlows.Node(level: level, key: key, name: name(of: key, at: level, names), fen: fen))
            }
            positions.append(index)
        }
        var links: [MoneyFlows.Link] = []
        for column in levels.indices.dropLast() {
            var sums: [[Int]: Int64] = [:]
            for (path, fen) in widths {
                guard let from = positions[column][path[column]], let to = positions[column + 1][path[column + 1]]
                else {
                    continue
                }
                sums[[from, to], default: 0] += fen
            }
            links += sums.map { MoneyFlows.Link(from: $0.key[0], to: $0.key[1], fen: $0.value) }
        }
        links.sort { ($0.from, $0.to) < ($1.from, $1.to) }
        return MoneyFlows(nodes: nodes, links: links, total: widths.values.reduce(0, +))
    }

    private func name(of key: String, at level: FlowLevel, _ names: TermNames) -> Phrase {
        guard !key.isEmpty else { return Phrase(zh: "未分", en: "not stated") }
        return switch level {
        case .kind: names.name(.kind, key)
        case .source: names.name(.source, key)
        case .year: names.name(.year, key)
        case .district: names.districtName(key)
        case .project: names.projectName(key)
        case .area, .class, .item, .party: Phrase(zh: key, en: key)
        }
    }
}
