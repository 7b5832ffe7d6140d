import Components
import Frame
import Geo
import Html
import Identity
import Kernel
import Registry
import Store

/// The city on the wall of the command room: what stands where, this year's programme, what was done today.
struct WallPage {
    /// Lines of the day's list; a screen shows those that fit.
    private static let actLimit = 14
    private static let districtLimit = 60

    let wall: Wall

    init(_ visit: Visit, in tx: Tx) throws {
        let (register, actor, t) = (visit.hall.register, visit.actor, visit.language)
        let day = visit.dataDay
        let summary = try register.summary(for: actor, in: tx)
        let trend = try register.stageTrend(to: summary, through: day, for: actor, in: tx)
        let shown = summary.byDistrict.prefix(Self.districtLimit)
        let names = try register.placeNames(shown.map(\.place), in: tx)
        let progress = try register.progress(inProgrammeOf: day.year, for: actor, in: tx)
        let programme = try register.programme(of: day.year, for: actor, in: tx)
        let districts = shown.map { code, totals in
            let count = programme[code] ?? ProgrammeCount()
            return Wall.District(
                names[code]?.shortTitle(t) ?? code.digits, stock: totals.estates,
                completed: progress[code]?.completed ?? 0, programmed: count.programmed, inWorks: count.inWorks,
                accepted: count.accepted)
        }
        wall = Wall(
            title: t("\(visit.hall.city.name.zh)老旧小区改造", "\(visit.hall.city.name.en) estate renewal"),
            version: try RecordQueries.version(tx), now: visit.now, asOf: Self.asOf(visit), year: day.year,
            total: summary.stock.estates, stages: Self.stages(trend, t), districts: districts,
            map: WallSketch(shown.map { register.outlines[$0.place] }, nameWidth: t == .zh ? 84 : 150)?.map,
            acts: try WallActs(visit, in: tx).lines(t, limit: Self.actLimit),
            scopeNote: visit.scopeNote(try visit.scopeNames(in: tx)))
    }

    /// Generated data stand still at their day; others are of this moment.
    private static func asOf(_ visit: Visit) -> Html {
        let t = visit.language
        let moment = visit.hall.city.asOf.map { time(t, $0) } ?? time(t, visit.now)
        return "\(t("数据截至 ", "Data as of "))\(moment)"
    }

    private static func stages(_ trend: StageTrend, _ t: Language) -> [Wall.Stage] {
        StageLook.allCases.compactMap { look in
            guard let counts = trend.estates.first(where: { $0.key.look == look })?.value else { return nil }
            return Wall.Stage(look, look.name(t), counts: counts)
        }
    }
}
