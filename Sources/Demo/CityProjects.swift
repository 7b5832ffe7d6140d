import Kernel
import Registry

/// The city's projects: one for each part of an estate that stands in a programme, a few that join two estates, some in
/// preparation, some given up.
struct CityProjects {
    /// Finished in 2019 by the article; that they are among the 1,450 is assumed.
    private static let finishedIn2019 = 94
    private static let preparing = 40
    private static let leftOut = 12
    private static let leftOutOf2026 = 4
    private static let toBeDemolished = "列入征拆计划"

    private struct Plan {
        var members: [(estate: Int, part: Int)]
        let year: Int?
        let finish: Int
        let name: String
        /// Why it was given up; nil for the others.
        var reason: String?
    }

    private let estates: [EstateDraft]
    private let placed: [CityPlacing.Placed]
    private let ids: [ID<Estate>]
    private let menu: [DemoRow]
    private let asOf: Instant
    private var dice: Dice

    private(set) var projects: [GeneratedProject] = []
    /// By the index of an estate: when its works were last accepted.
    private(set) var accepted: [Int: Day] = [:]
    /// By the index of an estate: when its first project surveyed it.
    private(set) var firstSurveyed: [Int: Day] = [:]

    init(
        _ estates: [EstateDraft], _ placed: [CityPlacing.Placed], _ ids: [ID<Estate>], menu: [DemoRow], seed: UInt64,
        asOf: Instant
    ) throws {
        self.estates = estates
        self.placed = placed
        self.ids = ids
        self.menu = menu
        self.asOf = asOf
        dice = Dice(seed: seed, subject: 3)
        var plans = programmedPlans()
        plans += otherPlans()
        for plan in plans.sorted(by: {
            ($0.year ?? 9999, $0.members[0].estate) < ($1.year ?? 9999, $1.members[0].estate)
        }) {
            try add(plan)
        }
    }

    // MARK: What there is

    private mutating func programmedPlans() -> [Plan] {
        let finishes = finishYears()
        var plans: [Plan] = []
        var indexByProject: [String: Int] = [:]
        for (estate, draft) in estates.enumerated() {
            for (part, content) in draft.parts.enumerated() {
                guard let year = content.year else { continue }
                let finish = finishes[estate]?[year] ?? year
                // Estates of one published project, or two neighbours of one year, share theirs.
                let key = draft.known.map { "\(year) \($0.project)" } ?? "\(year) \(finish) \(draft.place)"
                let mayJoin = draft.known != nil || draft.parts.count == 1 && dice.chance(0.15)
                if mayJoin, let index = indexByProject[key], draft.known != nil || plans[index].members.count == 1 {
                    plans[index].members.append((estate, part))
                    continue
                }
                if mayJoin { indexByProject[key] = plans.count }
                plans.append(
                    Plan(
                        members: [(estate, part)], year: year, finish: finish,
                        name: name(draft, part: part)))
            }
        }
        return plans
    }

    private func name(_ draft: EstateDraft, part: Int) -> String {
        if let known = draft.known { return known.project }
        return draft.parts.count { $0.year != nil } > 1 ? draft.name + (part == 0 ? "(一期)" : "(二期)") : draft.name
    }

    /// The year in which the works of each estate's part are accepted, by estate and programme year.
    private mutating func finishYears() -> [Int: [Int: Int]] {
        var finishes: [Int: [Int: Int]] = [:]
        var byYear: [Int: [Int]] = [:]
        for (estate, draft) in estates.enumerated() {
            for year in draft.parts.compactMap(\.year) {
                byYear[year, default: []].append(estate)
                // Changsha County finished what it reported in the year of its programme.
                let isPrompt = draft.district.digits == "430121" && year <= 2021 || draft.known != nil
                let share = year == 2025 ? 0.45 : year == 2020 ? 0.78 : 0.66
                finishes[estate, default: [:]][year] = isPrompt || dice.chance(share) ? year : year + 1
            }
        }
        var first = byYear[2018] ?? []
        var second = byYear[2019] ?? []
        dice.shuffle(&first)
        dice.shuffle(&second)
        let late = min(4, second.count)
        for (index, estate) in second.enumerated() { finishes[estate]?[2019] = index < late ? 2020 : 2019 }
        let missing = Self.finishedIn2019 - (second.count - late)
        for (index, estate) in first.enumerated() { finishes[estate]?[2018] = index < missing ? 2019 : 2018 }
        return finishes
    }

    private mutating func otherPlans() -> [Plan] {
        var idle = estates.indices.filter { !estates[$0].isProgrammed && !estates[$0].isDangerous }
        dice.shuffle(&idle)
        let dangerous = estates.indices.filter { estates[$0].isDangerous }
        func plan(_ estate: Int, year: Int?, reason: String?) -> Plan {
            Plan(members: [(estate, 0)], year: year, finish: 0, name: estates[estate].name, reason: reason)
        }
        var plans = idle.prefix(Self.preparing).map { plan($0, year: nil, reason: nil) }
        idle.removeFirst(min(idle.count, Self.preparing))
        plans += idle.prefix(Self.leftOutOf2026).map { plan($0, year: 2026, reason: "居民同意率未达到要求") }
        idle.removeFirst(min(idle.count, Self.leftOutOf2026))
        plans += dangerous.prefix(4).map { plan($0, year: nil, reason: "鉴定为 D 级危房,转入危房处置") }
        plans += idle.prefix(Self.leftOut - 4).map { plan($0, year: nil, reason: Self.toBeDemolished) }
        return plans
    }

    /// Estates given up because they are to be demolished, by index.
    var demolished: [Int] {
        projects.indices.filter { projects[$0].steps.last?.note == Self.toBeDemolished }.compactMap { index in
            projects[index].draft.estates.first.flatMap { id in ids.firstIndex(of: id) }
        }
    }

    // MARK: Making one

    private mutating func add(_ plan: Plan) throws {
        let calendar = ProjectSteps(asOf: asOf.dayInChina)
        let steps: [ProjectStep] =
            if let reason = plan.reason {
                calendar.leftOut(programmed: plan.year, because: reason, &dice)
            } else if let year = plan.year {
                calendar.steps(programmed: year, finish: plan.finish, &dice)
            } else {
                calendar.preparing(&dice)
            }
        guard let last = steps.last else { return }
        let accepted = steps.first { $0.stage == "accepted" }?.day
        for member in plan.members {
            if let accepted { self.accepted[member.estate] = max(accepted, self.accepted[member.estate] ?? accepted) }
            let surveyed = steps[0].day
            firstSurveyed[member.estate] = min(surveyed, firstSurveyed[member.estate] ?? surveyed)
        }
        let ordinal = projects.count + 1
        let draft = ProjectDraft(
            name: plan.name, estates: plan.members.map { ids[$0.estate] },
            buildings: plan.members.flatMap { member in
                placed[member.estate].parts[member.part].map { placed[member.estate].buildings[$0].id }
            },
            measures: plan.year == nil ? [] : try measures(plan), plannedYear: plan.year, stage: last.stage)
        projects.append(
            GeneratedProject(
                id: dice.id(Project.self, at: Instant(milliseconds: asOf.milliseconds + Int64(ordinal))),
                ordinal: ordinal,
                draft: draft, place: place(plan), steps: steps, finishedYear: accepted?.year))
    }

    private func place(_ plan: Plan) -> PlaceCode {
        var place = estates[plan.members[0].estate].place
        for member in plan.members {
            while !place.contains(estates[member.estate].place) { place = place.parent ?? .country }
        }
        return place
    }

    /// Items of the works menu, each with the chance that such a project has it.
    private mutating func measures(_ plan: Plan) throws -> [MeasureDraft] {
        var measures: [MeasureDraft] = []
        for member in plan.members {
            for row in menu where dice.chance(try row.number("chance")) {
                measures.append(
                    MeasureDraft(
                        item: try row.text("item"),
                        target: Measure.Target(rawValue: try row.text("target")) ?? .grounds,
                        estate: ids[member.estate]))
            }
        }
        return measures
    }
}
