public import Kernel
public import Store

extension Ledger {
    /// Fills the statistical form in for a calendar year and a place.
    /// - Throws: `Refusal` `right.missing`; `stat.sources` where a source counts to a code that is none.
    public func statForm(
        _ codes: StatCodes, year: Int, of place: PlaceCode? = nil, at moment: LedgerMoment = .now, for reader: Actor,
        in tx: Tx
    ) throws -> StatForm {
        try reader.require(.readLedger)
        guard let first = Day(year: year, month: 1, day: 1), let last = Day(year: year, month: 12, day: 31) else {
            throw Refusal("stat.year", zh: "年份 \(year) 不对。", en: "The year \(year) is none.", field: "year")
        }
        let part = LedgerPart(place: place)
        let days: SQL = "p.effective BETWEEN \(first) AND \(last)"
        let conditions: SQL = "\(try Self.within(reader, tx)) AND \(part.conditions(classes)) AND \(days)"
        var (filled, named) = ([String: StatForm.Value](), [String: [Phrase]]())
        let names = try TermNames(tx)
        for row in codes.rows where codes.takes(row.code) { filled[row.code] = .money(0) }
        let received = try FundSums.read(by: ["s.source"], conditions, at: moment, tx) { (try $0[0] as String, $1) }
        for (code, sums) in received where sums.received != sums.returned {
            guard let source = names.source(code), let row = codes.code(of: source) else { continue }
            guard codes.takes(row) else { throw Self.noCode(source, row) }
            if case .money(let before)? = filled[row] { filled[row] = .money(before + sums.received - sums.returned) }
            named[row, default: []].append(source.name)
        }
        let certified: Int64? = try tx.value(
            """
            SELECT CAST(coalesce(sum(p.amount), 0) AS BIGINT) FROM posting p JOIN cell c ON c.id = p.cell
            JOIN slice s ON s.id = p.slice
            WHERE p.move = 'certify' AND p.line % 2 = 0 AND \(try moment.counted(tx)) AND \(conditions)
            """)
        filled["103"] = .money(certified ?? 0)
        try countProjects(&filled, year, place, reader, tx)
        return StatForm(codes, year: year, filled: filled, named: named)
    }

    /// What the register knows: projects in works during the year, those that began, and their households.
    private func countProjects(
        _ filled: inout [String: StatForm.Value], _ year: Int, _ place: PlaceCode?, _ reader: Actor, _ tx: Tx
    ) throws {
        let scope = place.map { reader.scope(.readLedger).narrowed(to: $0) } ?? reader.scope(.readLedger)
        let (from, until) = ("\(year)-01-01", "\(year)-12-31")
        let projects: SQL = "FROM project p WHERE \(scope, contains: "p.place") AND p.stage <> 'leftOut'"
        let began: SQL = """
            (SELECT min(t.day) FROM project_stage t WHERE t.project = p.id AND t.stage = 'works')
            """
        let accepted: SQL = """
            (SELECT min(t.day) FROM project_stage t WHERE t.project = p.id AND t.stage = 'accepted')
            """
        let running: Int64? = try tx.value(
            "SELECT count(*) \(projects) AND \(began) <= \(until) AND coalesce(\(accepted), '9999') >= \(from)")
        let started: Int64? = try tx.value("SELECT count(*) \(projects) AND \(began) BETWEEN \(from) AND \(until)")
        let households: Int64? = try tx.value(
            """
            SELECT CAST(coalesce(sum(b.households), 0) AS BIGINT) FROM building b WHERE b.id IN (
                SELECT k.building FROM project_building k JOIN project p ON p.id = k.project
                WHERE \(scope, contains: "p.place") AND p.stage <> 'leftOut' AND \(began) BETWEEN \(from) AND \(until))
            """)
        (filled["101"], filled["102"], filled["206"]) = (
            .count(running ?? 0), .count(started ?? 0), .count(households ?? 0)
        )
    }

    private static func noCode(_ source: FundSource, _ code: String) -> Refusal {
        Refusal(
            "stat.sources", zh: "来源“\(source.code)”的统计代码“\(code)”不是可填报的资金代码；请更正来源。",
            en:
                "The source “\(source.code)” counts to “\(code)”, which is no code of funds to fill in; mend the source.",
            field: source.code)
    }
}
