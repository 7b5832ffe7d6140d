public import Identity
public import Kernel
public import Store

/// How a survey's totals become weights.
public enum ResidentRule: String, Sendable, CaseIterable, SQLConvertible {
    /// How often each item was chosen: its weight is its share of all choices.
    case chosen
    /// How many points each item was given: its weight is its share of all points.
    case points

    public var name: Phrase {
        switch self {
        case .chosen: Phrase(zh: "被选次数", en: "times chosen")
        case .points: Phrase(zh: "得分合计", en: "points given")
        }
    }

    /// The rule in a sentence, shown wherever its weights are.
    public var sentence: Phrase {
        switch self {
        case .chosen:
            Phrase(zh: "权重 = 该项被选次数 ÷ 各项被选次数之和", en: "weight = times this item was chosen ÷ times any item was")
        case .points: Phrase(zh: "权重 = 该项得分 ÷ 各项得分之和", en: "weight = points of this item ÷ points of all items")
        }
    }
}

/// A survey's totals as they are handed in: no names, no single answers.
public struct ResidentTotals: Sendable, Hashable {
    public var place: PlaceCode
    public var schemeVersion: Int
    public var subject: WeightingSubject
    /// Which survey, by whom.
    public var source: String
    public var day: Day
    public var rule: ResidentRule
    /// How many people answered.
    public var respondents: Int
    public var items: [WeightItem]
    /// One for each item, in their order.
    public var totals: [Int]

    /// - Parameter scheme: the one whose aspects or groups people were asked about.
    public init(
        place: PlaceCode, scheme: Scheme, subject: WeightingSubject, source: String, day: Day, rule: ResidentRule,
        respondents: Int, totals: [Int]
    ) {
        (self.place, schemeVersion, self.subject, self.source) = (place, scheme.version, subject, source)
        (self.day, self.rule, self.respondents) = (day, rule, respondents)
        (items, self.totals) = (subject.items(in: scheme), totals)
    }

    init(_ row: Row) throws {
        place = try row[1]
        schemeVersion = try row[2]
        subject = try WeightingSubject(row, from: 3)
        source = try row[6]
        day = try row[7]
        rule = try row[8]
        respondents = try row[9]
        items = try JSON(parsing: try row[10] as String).elements.map { WeightItem($0) }
        totals = try JSON(parsing: try row[11] as String).elements.map { Int($0.integer ?? 0) }
    }

    /// Shares of the whole, by `rule`; equal where nothing was counted, which `Weighting` refuses to store.
    public var weights: [Double] {
        let sum = totals.reduce(0.0) { $0 + Double($1) }
        guard sum > 0 else { return totals.map { _ in 1 / Double(max(totals.count, 1)) } }
        return totals.map { Double($0) / sum }
    }

    /// Reads pasted lines of an item and its total ("排水 412", "drainage,412"), the item by its code or by its name in
    /// either language.
    /// - Throws: `Refusals` that name the lines.
    public static func read(_ text: String, items: [WeightItem]) throws -> [Int] {
        guard text.utf8.count <= longestText else {
            throw Refusal(
                .tooLarge, "residents.long", zh: "粘贴的内容太长；每项一行即可。", en: "The text is too long; a line an item.")
        }
        var totals = [Int?](repeating: nil, count: items.count)
        var refusals: [Refusal] = []
        for (number, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let words = WeightItem.words(line)
            guard let last = words.last else { continue }
            let name = words.dropLast().joined(separator: " ")
            guard let item = items.firstIndex(where: { $0.isCalled(name) }) else {
                refusals.append(unknown(name, line: number + 1))
                continue
            }
            guard let total = Int(last), (0...largestTotal).contains(total), totals[item] == nil else {
                refusals.append(unreadable(line: number + 1))
                continue
            }
            totals[item] = total
        }
        for (item, total) in zip(items, totals) where total == nil && refusals.isEmpty {
            refusals.append(missing(item))
        }
        try Refusals.throwIfAny(refusals)
        return totals.map { $0 ?? 0 }
    }

    private static let longestText = 20_000
    static let largestTotal = 1_000_000_000

    private static func unknown(_ name: String, line: Int) -> Refusal {
        let shown = String(name.prefix(40))
        return Refusal(
            "residents.item", zh: "第 \(line) 行的“\(shown)”不是方案中的项目；请使用方案里的名称或代码。",
            en: "Line \(line): “\(shown)” is no item of the scheme; use the scheme's name or code.", field: "totals")
    }

    private static func unreadable(line: Int) -> Refusal {
        Refusal(
            "residents.total", zh: "第 \(line) 行须是一个项目和一个 0 到 10 亿的整数，每项一行。",
            en: "Line \(line) must be an item and a whole number from 0 to a billion, each item once.", field: "totals")
    }

    private static func missing(_ item: WeightItem) -> Refusal {
        Refusal(
            "residents.missing", zh: "缺少“\(item.name.zh)”的合计；没有人选时请填 0。",
            en: "The total of “\(item.name.en)” is missing; write 0 when nobody chose it.", field: "totals")
    }
}

extension WeightItem {
    /// - Parameter name: words with one space between them.
    fileprivate func isCalled(_ name: String) -> Bool {
        [code, self.name.zh, self.name.en].contains {
            Self.words($0).joined(separator: " ").lowercased() == name.lowercased()
        }
    }

    fileprivate static func words(_ text: some StringProtocol) -> [String] {
        text.split(whereSeparator: { $0.isWhitespace || ",，;；:：".contains($0) }).map { String($0) }
    }
}

/// Totals as they are stored.
public struct ResidentWeights: Sendable, Hashable {
    public let id: ID<ResidentWeights>
    public let totals: ResidentTotals
    public let enteredAt: Instant
    public let withdrawnAt: Instant?
    /// Why they were withdrawn.
    public let reason: String?

    public var weights: [Double] { totals.weights }

    /// "2026 年 5 月居民问卷，1204 人，被选次数".
    public var provenance: Phrase {
        Phrase(
            zh: "\(totals.source)（\(totals.day)），\(totals.respondents) 人，按\(totals.rule.name.zh)",
            en: "\(totals.source) (\(totals.day)), \(totals.respondents) people, by \(totals.rule.name.en)")
    }

    static let columns: SQL = """
        id, place, scheme_version, level, purpose, scheme_group, source, day, rule, respondents, items, totals, \
        entered_at, withdrawn_at, reason
        """

    init(_ row: Row) throws {
        id = try row[0]
        totals = try ResidentTotals(row)
        enteredAt = try row[12]
        withdrawnAt = try row[13]
        reason = try row[14]
    }
}

extension Weighting {
    /// Enters a survey's totals.
    /// - Throws: `Refusals` by field; `right.missing` without the right to edit evaluations there.
    public static func enter(_ totals: ResidentTotals, in deed: Deed) throws -> ID<ResidentWeights> {
        try deed.actor.require(.editEvaluation, at: totals.place)
        try Refusals.throwIfAny(refusals(of: totals, today: deed.today))
        let id = ID<ResidentWeights>(at: deed.now)
        let (items, counts) = (
            JSON.array(totals.items.map(\.json)), JSON.array(totals.totals.map { .integer(Int64($0)) })
        )
        try deed.tx.run(
            """
            INSERT INTO resident_weights (id, place, scheme_version, level, purpose, scheme_group, source, day, rule,
                respondents, items, totals, entered_at, entered_by)
            VALUES (\(id), \(totals.place), \(totals.schemeVersion), \(totals.subject.level),
                \(totals.subject.purpose.rawValue), \(totals.subject.group), \(totals.source), \(totals.day),
                \(totals.rule), \(totals.respondents), \(items.text), \(counts.text), \(deed.now),
                \(deed.actor.person))
            """)
        let told = JSON.object([
            "source": .string(totals.source), "day": .string(totals.day.description),
            "rule": .string(totals.rule.rawValue), "respondents": .integer(Int64(totals.respondents)),
            "totals": .object(zip(totals.items, totals.totals).map { JSON.Member($0.code, .integer(Int64($1))) }),
        ])
        try deed.record("residents.enter", on: Subject("residents", id), at: totals.place, after: told.text)
        return id
    }

    /// Takes totals out of use, with the reason; they stay to be read.
    /// - Throws: `Refusal` `residents.none`, `residents.withdrawn`; by field.
    public static func withdraw(_ id: ID<ResidentWeights>, reason: String, in deed: Deed) throws {
        let row = try deed.tx.first("SELECT \(ResidentWeights.columns) FROM resident_weights WHERE id = \(id)")
        guard let entered = try row.map({ try ResidentWeights($0) }) else { throw noTotals }
        try deed.actor.require(.editEvaluation, at: entered.totals.place)
        guard entered.withdrawnAt == nil else { throw withdrawnAlready }
        try Refusals.throwIfAny(
            Words.refusals(reason, field: "reason", limit: 500, Phrase(zh: "撤回原因", en: "The reason")))
        try deed.tx.run(
            "UPDATE resident_weights SET withdrawn_at = \(deed.now), reason = \(reason) WHERE id = \(id)")
        try deed.record(
            "residents.withdraw", on: Subject("residents", id), at: entered.totals.place,
            after: JSON.object(["reason": .string(reason)]).text)
    }

    private static func refusals(of totals: ResidentTotals, today: Day) -> [Refusal] {
        var refusals = Words.refusals(
            totals.source, field: "source", limit: longestTitle, Phrase(zh: "问卷来源", en: "The survey's source"))
        if totals.day > today {
            refusals.append(
                Refusal(
                    "residents.day", zh: "调查日期 \(totals.day) 在将来；请改为实际日期。",
                    en: "The survey's day, \(totals.day), lies ahead; give the day it was held.", field: "day"))
        }
        guard (1...50).contains(totals.items.count), totals.totals.count == totals.items.count,
            totals.totals.allSatisfy({ (0...ResidentTotals.largestTotal).contains($0) }),
            totals.totals.contains(where: { $0 > 0 })
        else {
            return refusals + [
                Refusal(
                    "residents.totals", zh: "每个项目须有一个不为负的合计，且不能全为 0；最多 50 项。",
                    en: "Each item needs a total that is not negative, and not all may be 0; at most 50 items.",
                    field: "totals")
            ]
        }
        let most = totals.totals.max() ?? 0
        if totals.respondents < 1 || totals.rule == .chosen && most > totals.respondents {
            refusals.append(
                Refusal(
                    "residents.respondents", zh: "答卷人数须大于 0，且不少于任何一项被选的次数（\(most)）。",
                    en: "The number of people must be above 0 and no less than any item was chosen (\(most) times).",
                    field: "respondents"))
        }
        return refusals
    }

    private static var noTotals: Refusal {
        Refusal(
            .notFound, "residents.none", zh: "没有这份居民问卷合计；请从列表中重新打开。",
            en: "There are no such totals of a survey; open them from the list.")
    }

    private static var withdrawnAlready: Refusal {
        Refusal(.conflict, "residents.withdrawn", zh: "这份合计已经撤回。", en: "These totals were withdrawn already.")
    }
}

extension WeightingQueries {
    /// Totals in use within the reader's reach, the newest first, at most 100.
    /// - Parameters:
    ///   - subject: of these aspects or groups only.
    ///   - includesWithdrawn: those taken out of use too.
    public static func residents(
        of subject: WeightingSubject? = nil, for actor: Actor, includesWithdrawn: Bool = false, in tx: Tx
    ) throws -> [ResidentWeights] {
        let scope = Scope(actor.scope(.editEvaluation).places + actor.scope(.readEvaluation).places)
        var conditions: [SQL] = ["\(scope, contains: "place")"]
        if !includesWithdrawn { conditions.append("withdrawn_at IS NULL") }
        if let subject { conditions.append(subject.condition) }
        return try tx.map(
            """
            SELECT \(ResidentWeights.columns) FROM resident_weights WHERE \(SQL.all(conditions))
            ORDER BY entered_at DESC, id DESC LIMIT 100
            """
        ) { try ResidentWeights($0) }
    }
}

/// Experts' and residents' weights of the same items beside each other.
public struct WeightComparison: Sendable, Hashable {
    public struct Line: Sendable, Hashable {
        public let item: WeightItem
        /// Shares of one; nil where that side did not weigh the item.
        public let experts: Double?
        public let residents: Double?

        /// Above 0 where residents give more; in shares of one.
        public var gap: Double? { experts.flatMap { experts in residents.map { $0 - experts } } }
    }

    /// In the experts' order; what only residents weighed comes last.
    public let lines: [Line]

    public init(experts: WeightingSession, residents: ResidentWeights) {
        let theirs = Dictionary(
            zip(residents.totals.items.map(\.code), residents.weights), uniquingKeysWith: { first, _ in first })
        let ours = experts.outcome?.weights ?? []
        var lines = experts.items.enumerated().map { index, item in
            Line(item: item, experts: index < ours.count ? ours[index] : nil, residents: theirs[item.code])
        }
        let known = Set(experts.items.map(\.code))
        for (item, weight) in zip(residents.totals.items, residents.weights) where !known.contains(item.code) {
            lines.append(Line(item: item, experts: nil, residents: weight))
        }
        self.lines = lines
    }
}
