public import Kernel
public import Store

extension Register {
    /// How many of the matching estates stood where at the end of a year, as the tiles' `past` tells it; in the running
    /// year as they stand now.
    /// - Parameter year: held within the first year that tiles tell and today's.
    public func stood(
        in year: Int, _ filter: EstateFilter, for actor: Actor, today: Day, in tx: Tx
    ) throws -> [Stage.Tone: Int] {
        try actor.require(.readEstates)
        let past = StagePast(try stageList(in: tx), until: today.year)
        let year = min(max(year, StagePast.firstYear), max(StagePast.firstYear, today.year))
        var counts: [Stage.Tone: Int] = [:]
        try tx.each(
            """
            SELECT stage, programmed_year, works_year, completed_year, count(*) FROM estate
            WHERE \(filter.condition(within: actor.scope(.readEstates)))
            GROUP BY stage, programmed_year, works_year, completed_year
            """
        ) { row in
            let life = try StagePast.Life(stage: row[0], programmed: row[1], works: row[2], completed: row[3])
            counts[past.tone(life, in: year), default: 0] += try row[4]
        }
        return counts
    }
}
