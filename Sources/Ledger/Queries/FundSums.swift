import Kernel
import Store

/// What happened to money along the funding chain, in fen: cumulative, so that rates do not change when money moves on.
/// Each is what moved there less what was taken back (unplanned, withdrawn, rescinded, repaid).
public struct FundSums: Sendable, Hashable {
    public var planned: Int64 = 0
    public var pledged: Int64 = 0
    /// 指标下达, which is not cash.
    public var allotted: Int64 = 0
    public var called: Int64 = 0
    public var received: Int64 = 0
    public var returned: Int64 = 0
    public var paid: Int64 = 0

    public init() {}

    /// Cash that is there.
    public var cash: Int64 { received - returned - paid }
    /// Planned money that has not arrived.
    public var gap: Int64 { planned - received }
    /// 到位率: received of planned; nil where nothing is planned.
    public var arrivalRate: Double? { planned > 0 ? Double(received) / Double(planned) : nil }
    /// 使用率: paid of received and kept; nil where nothing arrived.
    public var useRate: Double? { received > returned ? Double(paid) / Double(received - returned) : nil }

    public static func += (left: inout FundSums, right: FundSums) {
        left.planned += right.planned
        left.pledged += right.pledged
        left.allotted += right.allotted
        left.called += right.called
        left.received += right.received
        left.returned += right.returned
        left.paid += right.paid
    }
}

extension FundSums {
    /// Seven sums over `posting p` and `cell c`: what the moves forth and back changed at the stage they go to.
    static let columns: SQL = """
        CAST(sum(CASE WHEN c.stage = 'planned' AND p.move IN ('plan', 'unplan') THEN p.amount ELSE 0 END) AS BIGINT),
        CAST(sum(CASE WHEN c.stage = 'pledged' AND p.move <> 'call' THEN p.amount ELSE 0 END) AS BIGINT),
        CAST(sum(CASE WHEN c.stage = 'allotted' AND p.move <> 'draw' THEN p.amount ELSE 0 END) AS BIGINT),
        CAST(sum(CASE WHEN c.stage = 'called' AND p.move <> 'receive' THEN p.amount ELSE 0 END) AS BIGINT),
        CAST(sum(CASE WHEN c.stage = 'received' AND p.move = 'receive' THEN p.amount ELSE 0 END) AS BIGINT),
        CAST(sum(CASE WHEN c.stage = 'returned' THEN p.amount ELSE 0 END) AS BIGINT),
        CAST(sum(CASE WHEN c.stage = 'paid' THEN p.amount ELSE 0 END) AS BIGINT)
        """

    static let isFunding: SQL = """
        c.stage IN ('planned', 'pledged', 'allotted', 'called', 'received', 'paid', 'returned')
        """

    init(_ row: Row, from first: Int) throws {
        planned = try row[first]
        pledged = try row[first + 1]
        allotted = try row[first + 2]
        called = try row[first + 3]
        received = try row[first + 4]
        returned = try row[first + 5]
        paid = try row[first + 6]
    }

    /// Sums by some columns of `slice s`, in their order; the row's first values are theirs.
    static func read<Value>(
        by columns: [SQL], _ conditions: SQL, measure: LedgerMeasure = .fen, at moment: LedgerMoment, _ tx: Tx,
        _ body: (Row, FundSums) throws -> Value
    ) throws -> [Value] {
        let groups = SQL.joined(columns, by: ", ")
        return try tx.map(
            """
            SELECT \(groups), \(Self.columns)
            FROM posting p JOIN cell c ON c.id = p.cell JOIN slice s ON s.id = p.slice
            WHERE \(isFunding) AND c.measure = \(measure.rawValue) AND \(try moment.counted(tx)) AND \(conditions)
            GROUP BY \(groups) ORDER BY \(groups)
            """
        ) { try body($0, FundSums($0, from: columns.count)) }
    }
}
