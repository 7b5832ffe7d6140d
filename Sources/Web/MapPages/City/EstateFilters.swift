import Components
import Frame
import Html
import Kernel
import Registry
import Store

/// The controls above the list of estates and in the map's panel: the same ones, with what the reader can choose from.
struct EstateFilters {
    let query: EstateQuery
    let districts: [Place]
    /// Of the chosen district.
    let subdistricts: [Place]
    /// Of the chosen subdistrict.
    let neighbourhoods: [Place]
    let stages: StageNames
    let years: [Int]

    private static let builtYears = Array(stride(from: 1950, through: 2005, by: 5))

    init(_ query: EstateQuery, _ visit: Visit, in tx: Tx) throws {
        self.query = query
        let register = visit.hall.register
        let scope = visit.actor.scope(.readEstates)
        districts = try Self.districts(within: scope, register, in: tx)
        let place = query.filter.place
        func below(_ level: PlaceCode.Level) throws -> [Place] {
            guard let parent = place?.ancestor(level) else { return [] }
            return try register.places(below: parent, in: tx).filter { !scope.narrowed(to: $0.code).isEmpty }
        }
        subdistricts = try below(.district)
        neighbourhoods = try below(.subdistrict)
        stages = StageNames(try register.stageList(in: tx))
        years = try register.projectYears(in: tx)
    }

    /// The districts in which the reader sees something, be it one street.
    static func districts(within scope: Scope, _ register: Register, in tx: Tx) throws -> [Place] {
        let wider = Scope(scope.places.map { $0.ancestor(.district) ?? $0 })
        return try register.places(at: .district, within: wider, in: tx)
    }

    func fields(_ t: Language) -> [Html] { [name(t)] + main(t) + [more(t, further(t), open: hasFurther)] }

    /// The rare ones, behind a line that is open while one of them narrows the list.
    private func more(_ t: Language, _ fields: [Html], open: Bool) -> Html {
        disclosure(t("更多筛选", "More filters"), open: open, Html.joined(fields))
    }

    private var hasFurther: Bool {
        var plain = EstateFilter()
        plain.text = query.filter.text
        plain.place = query.filter.place
        plain.stages = query.filter.stages
        plain.programmedYear = query.filter.programmedYear
        plain.sort = query.filter.sort
        plain.descending = query.filter.descending
        return plain != query.filter
    }

    private func name(_ t: Language) -> Html {
        filterSearch(
            label: t("名称、别名、编号、地址", "Name, alias, number, address"), name: "q", value: query.filter.text,
            placeholder: t("如 公交小区", "e.g. 公交小区"))
    }

    private func main(_ t: Language) -> [Html] {
        var fields: [Html] = []
        fields.append(places(t, t("区县", "District"), "district", districts, .district))
        if !subdistricts.isEmpty {
            fields.append(places(t, t("街道", "Subdistrict"), "subdistrict", subdistricts, .subdistrict))
        }
        if !neighbourhoods.isEmpty {
            fields.append(places(t, t("社区", "Neighbourhood"), "neighbourhood", neighbourhoods, .neighbourhood))
        }
        fields.append(stage(t))
        fields.append(year(t, t("计划年度", "Programmed in"), "programmed", years, query.filter.programmedYear))
        return fields
    }

    private func further(_ t: Language) -> [Html] {
        let filter = query.filter
        return [
            filterSelect(
                label: t("完成年度", "Completed in"), name: "completed",
                options: [Choice("", t("全部", "All")), Choice("any", t("已完成，不限年度", "Any year"))]
                    + choices(t, years, filter.completedYear), selected: query.completed),
            year(t, t("建成不早于", "Built from"), "from", Self.builtYears, filter.builtFrom),
            year(t, t("建成不晚于", "Built to"), "to", Self.builtYears, filter.builtTo), rule(t),
            filterSelect(
                label: t("比对名单", "Cross-check lists"), name: "flagged",
                options: [Choice("", t("全部", "All")), Choice("1", t("在名单上", "On a list"))],
                selected: filter.onlyFlagged ? "1" : ""),
        ]
    }

    /// What the form must send along: the order of the list.
    var kept: [(String, String)] {
        query.filter.sort == .name && !query.filter.descending ? [] : [("sort", query.sort.parameter)]
    }

    private func places(
        _ t: Language, _ label: String, _ name: String, _ places: [Place], _ level: PlaceCode.Level
    ) -> Html {
        filterSelect(
            label: label, name: name,
            options: [Choice("", t("全部", "All"))] + places.map { Choice($0.code.digits, $0.title(t)) },
            selected: query.filter.place?.ancestor(level)?.digits ?? "")
    }

    /// A look stands for its stages together; a look of one stage needs no line of its own.
    private func stage(_ t: Language) -> Html {
        var options = [Choice("", t("全部", "All"))]
        for look in StageLook.allCases {
            let codes = stages.all.filter { $0.look == look }.map(\.code)
            if codes.count > 1 {
                options.append(Choice(EstateQuery.stages(codes), t("【\(look.name.zh)】", "[\(look.name.en)]")))
            }
            options += codes.map { Choice($0, stages[$0].name(t)) }
        }
        if !isOffered {
            let named = query.filter.stages.sorted().map { stages[$0].name(t) }.joined(separator: t("、", ", "))
            options.append(Choice(query.stages, named))
        }
        return filterSelect(label: t("阶段", "Stage"), name: "stage", options: options, selected: query.stages)
    }

    /// Whether the stages asked for are one of the choices anyway.
    private var isOffered: Bool {
        let codes = query.filter.stages
        if codes.count <= 1 { return codes.isEmpty || stages.all.contains { $0.code == codes.first } }
        return StageLook.allCases.contains { look in Set(stages.all.filter { $0.look == look }.map(\.code)) == codes }
    }

    private func year(_ t: Language, _ label: String, _ name: String, _ years: [Int], _ chosen: Int?) -> Html {
        filterSelect(
            label: label, name: name, options: [Choice("", t("全部", "All"))] + choices(t, years, chosen),
            selected: chosen.map { String($0) } ?? "")
    }

    private func choices(_ t: Language, _ years: [Int], _ chosen: Int?) -> [Choice] {
        var years = years
        if let chosen, !years.contains(chosen) { years = (years + [chosen]).sorted() }
        return years.map { Choice(String($0), t("\($0) 年", "\($0)")) }
    }

    private func rule(_ t: Language) -> Html {
        filterSelect(
            label: t("数据疑点", "Doubtful data"), name: "rule",
            options: [Choice("", t("全部", "All")), Choice("any", t("有任一疑点", "Any"))]
                + QualityRule.allCases.map { Choice($0.rawValue, $0.name(t)) },
            selected: query.rule)
    }
}
