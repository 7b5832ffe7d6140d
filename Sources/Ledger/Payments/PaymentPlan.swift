import Decide
public import Kernel

/// A bill to be paid from several sources.
public struct Bill: Sendable, Hashable {
    public var project: String
    public var contract: String
    /// Code of the works menu; some sources pay certain items only.
    public var item: String
    public var area: String
    /// Fen, without wages.
    public var amount: Int64
    /// Fen of wages, which are paid first and separately.
    public var wages: Int64

    public init(
        project: String, contract: String, item: String, area: String = "", amount: Int64, wages: Int64 = 0
    ) {
        (self.project, self.contract, self.item, self.area) = (project, contract, item, area)
        (self.amount, self.wages) = (amount, wages)
    }

    public var total: Int64 { amount + wages }
}

/// What one source could pay of a bill.
public struct Purse: Sendable, Hashable {
    /// The source's own restriction, the narrowest first.
    public enum Restriction: Int, Sendable, Comparable {
        case item, `class`, none

        public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
    }

    public let source: FundSource
    public let year: Int
    /// Cash that is there and not reserved, and what its share of the project leaves; the smaller counts. Fen.
    public let cash: Int64
    public let shareLeft: Int64
    public let restriction: Restriction
    /// Why it cannot pay at all; nil where it can.
    public let obstacle: Rule?

    public init(
        source: FundSource, year: Int, cash: Int64, shareLeft: Int64 = .max, restriction: Restriction = .none,
        obstacle: Rule? = nil
    ) {
        (self.source, self.year, self.cash, self.shareLeft) = (source, year, cash, shareLeft)
        (self.restriction, self.obstacle) = (restriction, obstacle)
    }

    public var available: Int64 { obstacle == nil ? max(0, min(cash, shareLeft)) : 0 }
}

/// Who pays what of a bill by the declared rule, shown before it happens: what may pay little else pays first, then
/// what expires first, then the smaller priority; sources equal in all three pay in proportion to what they have.
public struct PaymentPlan: Sendable, Hashable {
    public struct Line: Sendable, Hashable {
        public let source: String
        public let name: Phrase
        public let year: Int
        /// Fen of the bill, and of its wages.
        public let amount: Int64
        public let wages: Int64
        /// What stood there, and why it pays at this place.
        public let available: Int64
        public let restriction: Purse.Restriction
        public let expires: Int
        public let priority: Int

        public var total: Int64 { amount + wages }
    }

    public let bill: Bill
    /// In the order in which they pay.
    public let lines: [Line]
    /// Purses that cannot pay, with the rule in the way.
    public let excluded: [Purse]
    /// What no source can pay; zero where the plan covers the bill.
    public let missing: Int64

    /// Pure: the same purses in any order give the same plan. All lines sum to the bill less what is missing.
    /// - Precondition: amounts are not below zero, and a source and year are there once.
    public init(_ bill: Bill, from purses: [Purse]) {
        precondition(bill.amount >= 0 && bill.wages >= 0)
        let order = purses.filter { $0.available > 0 }.sorted { Self.rank($0) < Self.rank($1) }
        var rest = bill.total
        var taken: [(Purse, Int64)] = []
        var start = 0
        while start < order.count, rest > 0 {
            var end = start
            while end < order.count, Self.isEqual(order[end], order[start]) { end += 1 }
            let equals = Array(order[start..<end])
            for (purse, part) in zip(equals, Self.parts(of: rest, equals)) where part > 0 {
                taken.append((purse, part))
                rest -= part
            }
            start = end
        }
        self.bill = bill
        lines = Self.lines(taken, wages: bill.wages)
        excluded = purses.filter { $0.available == 0 }.sorted { Self.rank($0) < Self.rank($1) }
        missing = rest
    }

    /// Restricted first, expiring first, then priority; the code and year order what is equal for the eye alone.
    private static func rank(_ purse: Purse) -> (Int, Int, Int, String, Int) {
        (
            purse.restriction.rawValue, purse.source.years.upperBound, purse.source.priority, purse.source.code,
            purse.year
        )
    }

    private static func isEqual(_ left: Purse, _ right: Purse) -> Bool {
        let (a, b) = (rank(left), rank(right))
        return a.0 == b.0 && a.1 == b.1 && a.2 == b.2
    }

    /// All of what they have where that does not suffice; else in proportion to it, to the last fen.
    private static func parts(of amount: Int64, _ purses: [Purse]) -> [Int64] {
        let available = purses.map(\.available)
        guard let sum = LargestRemainder.sum(available), sum > amount else { return available }
        let keys = purses.map { "\($0.source.code)\u{0}\($0.year)" }
        // Nobody is asked for more than it has: a rounded part of less than all of it is at most all of it.
        return (try? LargestRemainder.split(amount, by: available, keys: keys)) ?? available.map { _ in 0 }
    }

    /// Wages are paid by those who pay first.
    private static func lines(_ taken: [(Purse, Int64)], wages: Int64) -> [Line] {
        var left = wages
        return taken.map { purse, part in
            let ofWages = min(left, part)
            left -= ofWages
            return Line(
                source: purse.source.code, name: purse.source.name, year: purse.year, amount: part - ofWages,
                wages: ofWages, available: purse.available, restriction: purse.restriction,
                expires: purse.source.years.upperBound, priority: purse.source.priority)
        }
    }

    /// The moves that pay it, at most two for each line.
    public var moves: [MoveDraft] {
        lines.flatMap { line -> [MoveDraft] in
            let slice = Slice(
                source: line.source, project: bill.project, area: bill.area, item: bill.item, contract: bill.contract,
                year: line.year)
            let parts: [(Move, Int64)] = [(.payWages, line.wages), (.pay, line.amount)]
            return parts.filter { $0.1 > 0 }.map { MoveDraft($0.0, $0.1, slice) }
        }
    }
}
