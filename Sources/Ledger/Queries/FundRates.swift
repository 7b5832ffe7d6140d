public import Kernel
public import Store

/// Along what the rates of funds are compared.
public enum RateAxis: String, Sendable, CaseIterable {
    case source, kind, year, district, project
}

/// One line of the city's table: how much of what was planned arrived, how much of that was used, what lies idle.
public struct FundRate: Sendable, Hashable {
    /// Code of a source, a kind, a year, six digits of a district, or a project's number; empty in the sum of all.
    public let key: String
    public let name: Phrase
    public internal(set) var sums: FundSums
    /// Average age in days of the cash that is there, first in first out; nil where none is.
    public internal(set) var idleDays: Double?
    /// Age in days of the oldest of it.
    public internal(set) var longestIdle: Int?
}

/// The rates along one axis, and over all.
public struct FundRates: Sendable, Hashable {
    public let lines: [FundRate]
    public let total: FundRate
    /// The day up to which idle days are counted.
    public let day: Day
}

extension Ledger {
    /// Arrival, use, gap and idle days by source, kind, year, district or project, in the order of the keys (of kinds
    /// in that of `FundSource.Kind`).
    /// - Parameters:
    ///   - today: idle days count up to it, or up to the moment's day where that is earlier.
    /// - Throws: `Refusal` `right.missing`.
    public func rates(
        by axis: RateAxis, of part: LedgerPart = .init(), at moment: LedgerMoment = .now, today: Day,
        for reader: Actor, in tx: Tx
    ) throws -> FundRates {
        try rates(by: [axis], of: part, at: moment, today: today, for: reader, in: tx)[0]
    }

    /// The same along several axes, in their order, from one reading of the postings.
    public func rates(
        by axes: [RateAxis], of part: LedgerPart = .init(), at moment: LedgerMoment = .now, today: Day,
        for reader: Actor, in tx: Tx
    ) throws -> [FundRates] {
        try reader.require(.readLedger)
        let conditions: SQL = "\(try Self.within(reader, tx)) AND \(part.conditions(classes))"
        let names = try TermNames(tx)
        let day = min(today, moment.asOf ?? today)
        var sums = [[String: FundSums]](repeating: [:], count: axes.count)
        var total = FundSums()
        _ = try FundSums.read(by: ["s.source", "s.project", "s.year"], conditions, at: moment, tx) { row, part in
            let (source, project, year): (String, String, Int) = (try row[0], try row[1], try row[2])
            for (index, axis) in axes.enumerated() {
                sums[index][names.key(axis, source: source, project: project, year: year), default: FundSums()] += part
            }
            total += part
        }
        let idle = try IdleCash.read(conditions, at: moment, day: day, tx) { slice in
            axes.map { names.key($0, source: slice.source, project: slice.project, year: slice.year) }
        }
        let all = FundRate(
            key: "", name: Phrase(zh: "合计", en: "Total"), sums: total, idleDays: idle.all.averageDays,
            longestIdle: idle.all.longest)
        return axes.indices.map { index in
            let lines = axes[index].ordered(sums[index].keys).map { key in
                FundRate(
                    key: key, name: names.name(axes[index], key), sums: sums[index][key] ?? FundSums(),
                    idleDays: idle.parts[index][key]?.averageDays, longestIdle: idle.parts[index][key]?.longest)
            }
            return FundRates(lines: lines, total: all, day: day)
        }
    }
}

extension RateAxis {
    fileprivate func ordered(_ keys: some Collection<String>) -> [String] {
        self == .kind ? FundSource.Kind.allCases.map(\.rawValue).filter(keys.contains) : keys.sorted()
    }
}

/// Cash that lies there, by its age.
struct IdleCash {
    /// Fen.
    private(set) var amount: Int64 = 0
    /// Fen × days; amounts times days of a century may pass 64 bits.
    private var weight: Double = 0
    private(set) var longest: Int?

    var averageDays: Double? { amount > 0 ? weight / Double(amount) : nil }

    mutating func add(_ fen: Int64, days: Int) {
        amount += fen
        weight += Double(fen) * Double(days)
        longest = max(longest ?? 0, days)
    }

    /// What lies in each received cell, by the first in first out rule: of all, and joined by each of the keys that
    /// `body` gives its slice.
    /// - Parameter cells: selects the cells that may hold cash, where the caller can tell them sooner.
    static func read(
        _ conditions: SQL, withCash cells: SQL? = nil, at moment: LedgerMoment, day: Day, _ tx: Tx,
        by body: (Slice) -> [String]
    ) throws -> (all: IdleCash, parts: [[String: IdleCash]]) {
        var all = IdleCash()
        var parts = [[String: IdleCash]](repeating: [:], count: body(Slice()).count)
        var queue = CashQueue()
        var current: (cell: Int64, keys: [String])?
        func settle() {
            guard let current else { return }
            for lot in queue.lots where lot.fen > 0 {
                let days = max(0, day.number - lot.day.number)
                all.add(lot.fen, days: days)
                for (index, key) in current.keys.enumerated() {
                    parts[index][key, default: IdleCash()].add(lot.fen, days: days)
                }
            }
        }
        // Most cells are spent: only those with cash are read posting by posting.
        let received: SQL = """
            FROM posting p JOIN cell c ON c.id = p.cell JOIN slice s ON s.id = p.slice
            WHERE c.stage = 'received' AND c.measure = 'fen' AND \(try moment.counted(tx)) AND \(conditions)
            """
        try tx.each(
            """
            SELECT p.cell, p.effective, p.amount, \(BookReading.sliceColumns) \(received)
                AND p.cell IN (\(cells ?? "SELECT p.cell \(received) GROUP BY p.cell HAVING sum(p.amount) > 0"))
            ORDER BY p.cell, p.effective, p.entry, p.line
            """
        ) { row in
            let cell: Int64 = try row[0]
            if current?.cell != cell {
                settle()
                queue = CashQueue()
                current = (cell, body(try BookReading.slice(row, from: 3)))
            }
            queue.take(try row[2], on: try row[1])
        }
        settle()
        return (all, parts)
    }
}

/// Lots of cash in the order in which they came; what goes out takes the oldest first.
struct CashQueue {
    private(set) var lots: [(day: Day, fen: Int64)] = []
    private var first = 0
    /// Gone out before it came in: by facts of the treasury, or by an effective day before the receipt's.
    private var owed: Int64 = 0

    mutating func take(_ fen: Int64, on day: Day) {
        if fen >= 0 {
            let used = min(fen, owed)
            owed -= used
            if fen > used { lots.append((day, fen - used)) }
            return
        }
        var rest = -fen
        while rest > 0, first < lots.count {
            let used = min(rest, lots[first].fen)
            lots[first].fen -= used
            rest -= used
            if lots[first].fen == 0 { first += 1 }
        }
        owed += rest
    }
}

/// What sources and projects are called, and where projects lie.
struct TermNames {
    private var sources: [String: FundSource] = [:]
    private var districts: [String: Phrase] = [:]
    private(set) var projects: [String: (name: String, place: PlaceCode)] = [:]

    init(_ tx: Tx) throws {
        var (sources, districts, projects) = (self.sources, self.districts, self.projects)
        try tx.each("SELECT \(TermColumns.source) FROM fund_source ORDER BY code, version") {
            let source = try TermColumns.source($0)
            sources[source.code] = source
        }
        try tx.each("SELECT number, name, place FROM project WHERE number IN (SELECT DISTINCT project FROM slice)") {
            projects[try $0[0]] = (try $0[1], try $0[2])
        }
        try tx.each("SELECT code, name, name_en FROM place WHERE level = 6") {
            districts[try $0[0]] = Phrase(zh: try $0[1], en: try $0[2])
        }
        (self.sources, self.districts, self.projects) = (sources, districts, projects)
    }

    func source(_ code: String) -> FundSource? { sources[code] }

    func kind(of source: String) -> FundSource.Kind { sources[source]?.kind ?? .other }

    func district(of project: String) -> String {
        projects[project].flatMap { $0.place.ancestor(.district)?.digits ?? $0.place.digits } ?? ""
    }

    func key(_ axis: RateAxis, source: String, project: String, year: Int) -> String {
        switch axis {
        case .source: source
        case .kind: kind(of: source).rawValue
        case .year: String(year)
        case .district: district(of: project)
        case .project: project
        }
    }

    func name(_ axis: RateAxis, _ key: String) -> Phrase {
        switch axis {
        case .source: sources[key]?.name ?? Phrase(zh: key, en: key)
        case .kind: FundSource.Kind(rawValue: key)?.name ?? Phrase(zh: key, en: key)
        case .year: Phrase(zh: "\(key) 年", en: key)
        case .district: districtName(key)
        case .project: projectName(key)
        }
    }

    func projectName(_ number: String) -> Phrase {
        let name = projects[number]?.name ?? number
        return Phrase(zh: name, en: name)
    }

    func districtName(_ code: String) -> Phrase {
        guard let name = districts[code] else { return Phrase(zh: code, en: code) }
        return name.en.isEmpty ? Phrase(zh: name.zh, en: name.zh) : name
    }
}
