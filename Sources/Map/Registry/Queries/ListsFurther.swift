public import Kernel
public import Store

/// What a line of the list of estates is sorted by: the list goes on behind it, whatever has been added before.
public struct EstateMark: Sendable, Hashable {
    /// Text of a number or place, whole numbers of everything else; nil in a list by name.
    public let leading: SQLValue?
    public let sortKey: [UInt8]
    public let id: ID<Estate>

    public init(leading: SQLValue?, sortKey: [UInt8], id: ID<Estate>) {
        self.leading = leading
        self.sortKey = sortKey
        self.id = id
    }
}

/// What a building of an estate is sorted by.
public struct BuildingMark: Sendable, Hashable {
    /// Characters of the name.
    public let length: Int
    public let name: String

    public init(length: Int, name: String) {
        self.length = length
        self.name = name
    }
}

extension Register {
    /// The lines that follow `mark`, at most `pageLimit`; whether more do.
    public func estates(
        _ filter: EstateFilter, after mark: EstateMark, size: Int, for actor: Actor, in tx: Tx
    ) throws -> (lines: [EstateLine], hasMore: Bool) {
        try actor.require(.readEstates)
        let condition = filter.condition(within: actor.scope(.readEstates))
        let ids: SQL = """
            (SELECT id FROM (SELECT id FROM estate WHERE \(condition) AND \(filter.follows(mark))
                ORDER BY \(filter.order) \(Self.oneMore(size))) AS page)
            """
        return Self.cut(try lines(ids, filter.order, in: tx), size)
    }

    /// Where a list with this filter stands after an estate; nil when there is no such estate.
    public func mark(of estate: ID<Estate>, _ filter: EstateFilter, in tx: Tx) throws -> EstateMark? {
        let row = try tx.first(
            "SELECT sort_key, \(filter.leading ?? "NULL") AS leading FROM estate WHERE id = \(estate)")
        guard let row else { return nil }
        return EstateMark(leading: filter.leading.map { _ in row.values[1] }, sortKey: try row[0], id: estate)
    }

    /// The projects whose number comes before `number`: the list has the newest first.
    public func projects(
        _ filter: ProjectFilter, before number: String, size: Int, for actor: Actor, in tx: Tx
    ) throws -> (lines: [ProjectLine], hasMore: Bool) {
        try actor.require(.readEstates)
        let condition = filter.condition(within: actor.scope(.readEstates))
        return Self.cut(
            try projectLines(
                """
                SELECT * FROM project WHERE \(condition) AND number < \(number)
                ORDER BY number DESC \(Self.oneMore(size))
                """, in: tx), size)
    }

    /// Places by code, those that have ended included.
    /// - Parameters:
    ///   - parent: only those directly below it.
    ///   - code: the last one of the page before.
    public func places(
        below parent: PlaceCode? = nil, at level: PlaceCode.Level? = nil, after code: PlaceCode? = nil, size: Int,
        in tx: Tx
    ) throws -> (places: [Place], hasMore: Bool) {
        var conditions: [SQL] = []
        if let parent { conditions.append("parent = \(parent)") }
        if let level { conditions.append("level = \(level.rawValue)") }
        if let code { conditions.append("code > \(code)") }
        let places = try tx.map(
            "SELECT * FROM place WHERE \(SQL.all(conditions)) ORDER BY code \(Self.oneMore(size))"
        ) { try Place($0) }
        return Self.cut(places, size)
    }

    static func oneMore(_ size: Int) -> SQL { "LIMIT \(min(max(size, 1), pageLimit) + 1)" }

    static func cut<Line>(_ lines: [Line], _ size: Int) -> ([Line], Bool) {
        let size = min(max(size, 1), pageLimit)
        return (Array(lines.prefix(size)), lines.count > size)
    }
}

extension EstateFilter {
    /// Only the leading column turns round; lists by name alone have nothing else.
    fileprivate func follows(_ mark: EstateMark) -> SQL {
        let name: SQL = "(sort_key, id) > (\(mark.sortKey), \(mark.id))"
        guard let leading else {
            return descending ? "(sort_key, id) < (\(mark.sortKey), \(mark.id))" : name
        }
        let value: SQL = "\(value: mark.leading ?? .null)"
        let further: SQL = descending ? "\(leading) < \(value)" : "\(leading) > \(value)"
        return "(\(further) OR \(leading) = \(value) AND \(name))"
    }
}
