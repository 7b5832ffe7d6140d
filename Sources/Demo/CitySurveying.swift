import Geo
import Kernel
import Registry

/// When each estate was surveyed and what the survey wrote down of where it lies.
struct CitySurveying {
    let files: DemoFiles
    let draft: CityDraft
    let placed: [CityPlacing.Placed]
    let ids: [ID<Estate>]
    let projects: CityProjects

    private var asOf: Day { DemoPlan.asOf.dayInChina }

    func sketches(_ dice: inout Dice) -> [EstateSketch] {
        let locations = locations(&dice)
        return draft.estates.indices.map { index in
            let estate = draft.estates[index]
            let surveyed = surveyDay(index, &dice)
            let isStale = asOf.number - surveyed.number > 700
            let revisited = isStale && dice.chance(0.25) ? asOf.adding(days: -dice.whole(20...600)) : nil
            return EstateSketch(
                id: ids[index], ordinal: index + 1, place: estate.place, name: estate.name,
                aliases: aliases(of: estate, &dice), address: files.names.address(in: estate.place, &dice),
                unit: estate.unit?.full,
                built: estate.built, buildings: placed[index].buildings, turn: placed[index].turn,
                centre: placed[index].centre, location: locations[index], reported: estate.reported,
                renovated: projects.accepted[index], surveyed: surveyed, revisited: revisited,
                isDangerous: estate.isDangerous, seed: placed[index].seed)
        }
    }

    /// A renovated estate is surveyed again when its works are accepted; one in a project when the project begins; the
    /// others at some time since the register began.
    private func surveyDay(_ index: Int, _ dice: inout Dice) -> Day {
        if let accepted = projects.accepted[index] { return min(asOf, accepted.adding(days: dice.whole(8...50))) }
        if let begun = projects.firstSurveyed[index] { return begun }
        let first = Day(year: 2018, month: 3, day: 1) ?? asOf
        let share = dice.chance(0.35) ? dice.real(0...0.25) : dice.real(0.25...1)
        return first.adding(days: Int(Double(asOf.number - first.number - 30) * share))
    }

    private func aliases(of estate: EstateDraft, _ dice: inout Dice) -> [String] {
        guard estate.known == nil, dice.chance(0.16) else { return [] }
        if let unit = estate.unit {
            let other = unit.full + "宿舍"
            return other == estate.name ? ["原" + unit.short + "家属区"] : [other]
        }
        return [files.names.estate(builtIn: estate.built.lowerBound, &dice).name]
    }

    // MARK: Locations as surveys give them

    /// The true middles, but for those that are missing, lie in the next district, or repeat another estate's.
    private func locations(_ dice: inout Dice) -> [Coordinate?] {
        var locations: [Coordinate?] = placed.map(\.centre)
        var free = draft.estates.indices.filter { draft.estates[$0].known == nil }
        dice.shuffle(&free)
        for index in free.prefix(36) { locations[index] = nil }
        for index in free.dropFirst(36).prefix(10) {
            locations[index] = strayed(from: index, &dice) ?? locations[index]
        }
        for index in free.dropFirst(46).prefix(7) {
            let neighbour = free.dropFirst(53).first {
                draft.estates[$0].subdistrict.code == draft.estates[index].subdistrict.code && $0 != index
            }
            if let neighbour { locations[index] = placed[neighbour].centre }
        }
        return locations
    }

    /// A point in the nearest other district.
    private func strayed(from index: Int, _ dice: inout Dice) -> Coordinate? {
        let home = draft.estates[index].district
        let here = placed[index].centre
        let foreign = files.subdistricts.filter { !home.contains($0.code) }.min {
            $0.centre.distance(to: here) < $1.centre.distance(to: here)
        }
        guard let foreign else { return nil }
        for _ in 0..<50 {
            let point = foreign.centre.moved(east: dice.normal() * 200, north: dice.normal() * 200).rounded
            if files.outlines.district(at: point) == foreign.code.ancestor(.district) { return point }
        }
        return nil
    }
}

/// The cross-check lists of other departments: estates to be demolished, buildings of grade D.
struct CityLists {
    private let estates: [EstateDraft]
    private let ids: [ID<Estate>]
    private let demolished: [Int]

    init(_ estates: [EstateDraft], _ ids: [ID<Estate>], demolished: [Int]) {
        self.estates = estates
        self.ids = ids
        self.demolished = demolished
    }

    func lists(_ dice: inout Dice) -> [DemoPlan.List] {
        let others = estates.indices.filter { !estates[$0].isProgrammed && !demolished.contains($0) }
        let later = (0..<3).map { _ in dice.pick(others) }
        let dangerous = estates.indices.filter { estates[$0].isDangerous }
        return [
            list(
                .demolition, "市征收办 2026 年征拆计划", Day(year: 2026, month: 4, day: 20),
                Array(Set(demolished + later)).sorted(), "列入 2026 至 2028 年征拆范围", stranger: "旧货场临时棚户"),
            list(
                .gradeD, "市房屋安全鉴定中心 D 级危房名单", Day(year: 2026, month: 3, day: 12), dangerous, "整体危险,建议停止使用",
                stranger: "城南老酱园仓库"),
        ]
    }

    private func list(
        _ kind: Checklist.Kind, _ source: String, _ day: Day?, _ members: [Int], _ note: String, stranger: String
    ) -> DemoPlan.List {
        var entries = members.enumerated().map { row, index in
            ChecklistEntry(
                row: row + 2, name: estates[index].name, place: estates[index].place, note: note, estate: ids[index])
        }
        // Lists of others also name what the register does not know.
        entries.append(
            ChecklistEntry(
                row: members.count + 2, name: stranger, place: estates[0].subdistrict.code, note: note, estate: nil))
        return DemoPlan.List(
            kind: kind, source: source, day: day ?? DemoPlan.asOf.dayInChina, entries: entries)
    }
}
