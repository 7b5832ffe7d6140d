import Frame
import Html
import Kernel
import Registry
import Store

/// What there is under `/ogc`: each a list of features of one kind. The raw value is its id, as addresses have it.
enum OGCCollection: String, CaseIterable {
    case districts, estates, buildings, projects

    var title: Phrase {
        switch self {
        case .districts: Phrase(zh: "区县", en: "Districts")
        case .estates: Phrase(zh: "老旧小区", en: "Estates")
        case .buildings: Phrase(zh: "楼栋", en: "Buildings")
        case .projects: Phrase(zh: "改造项目", en: "Projects")
        }
    }

    var description: Phrase {
        switch self {
        case .districts:
            Phrase(zh: "区县的简化轮廓，不作为行政区划界线依据。", en: "Simplified outlines of the districts; they prove no boundary.")
        case .estates:
            Phrase(
                zh: "登记的老旧小区，以点表示：名称、所在、阶段、年代、规模和改造年度。",
                en: "The old residential estates as points: name, place, stage, age, size and years of renewal.")
        case .buildings:
            Phrase(
                zh: "小区的楼栋：有轮廓的为面，否则为点。按范围查询时以点为准。",
                en:
                    "The estates' buildings: an area where the footprint is known, else a point, which a box is asked by."
            )
        case .projects:
            Phrase(
                zh: "改造项目，以其各小区的点表示：阶段和年度。", en: "Renewal projects, as the points of their estates: stage and years.")
        }
    }

    /// What one must be allowed to see of it; the places where one is say which features there are.
    var right: Right { self == .districts ? .readTotals : .readEstates }

    /// What its items may be asked for.
    var parameters: [OGCParameter] {
        let own: [OGCParameter] =
            switch self {
            case .districts, .buildings: [.place]
            case .estates, .projects: [.place, .stage, .number]
            }
        return [.f, .limit, .cursor, .bbox, .datetime] + own
    }

    var link: Link { "/ogc/collections/\(rawValue)" }
    var items: Link { "/ogc/collections/\(rawValue)/items" }

    func item(_ id: String) -> Link { "/ogc/collections/\(rawValue)/items/\(id)" }

    /// The one that the address names.
    /// - Throws: a refusal of kind `.notFound`, or what `require` throws without its right.
    init(_ visit: Visit) throws {
        guard let named = visit.parameters["collection"].flatMap({ OGCCollection(rawValue: $0) }) else {
            let known = Self.allCases.map(\.rawValue)
            throw Refusal(
                .notFound, "ogc.collection.none", zh: "没有这个集合；可用的有 \(known.joined(separator: "、"))。",
                en: "There is no such collection; there are \(known.joined(separator: ", ")).")
        }
        try visit.actor.require(named.right)
        self = named
    }

    /// Those that the reader may see anything of.
    static func readable(by actor: Actor) -> [OGCCollection] { allCases.filter { actor.may($0.right) } }

    /// What a feature says beside where it is, in the order of `OGCFeature.values`.
    var properties: [OGCProperty] {
        switch self {
        case .districts: [.text("code", "代码", "Code"), .text("name", "名称", "Name")]
        case .estates: Self.estateProperties
        case .buildings: Self.buildingProperties
        case .projects: Self.projectProperties
        }
    }

    /// Where it is and how far it has come; the codes stay, their names follow the reader's language.
    private static let common: [OGCProperty] = [
        .text("number", "编号", "Number"), .text("name", "名称", "Name"), .text("place", "区划代码", "Place code"),
        .text("placeName", "所在", "Place"), .text("stage", "阶段代码", "Stage code"), .text("stageName", "阶段", "Stage"),
    ]

    private static let estateProperties: [OGCProperty] =
        common + [
            .number("builtFrom", "建成自", "Built from"), .number("builtTo", "建成至", "Built to"),
            .number("households", "户数", "Households"), .number("buildings", "楼栋", "Buildings"),
            .number("floorAreaM2", "建筑面积（m²）", "Floor area (m²)"),
            .number("programmedYear", "计划年度", "Programmed in"), .number("completedYear", "完成年度", "Completed in"),
            .text("changedAt", "更新时间", "Changed at"),
        ]

    private static let buildingProperties: [OGCProperty] = [
        .text("name", "名称", "Name"), .text("estate", "小区标识", "Estate id"),
        .text("estateNumber", "小区编号", "Estate number"), .text("place", "区划代码", "Place code"),
        .text("placeName", "所在", "Place"), .number("builtYear", "建成年份", "Built in"),
        .number("floors", "层数", "Floors"), .number("entrances", "单元", "Entrances"),
        .number("households", "户数", "Households"), .number("floorAreaM2", "建筑面积（m²）", "Floor area (m²)"),
    ]

    private static let projectProperties: [OGCProperty] =
        common + [
            .text("stageDay", "进入阶段日期", "At this stage since"), .number("plannedYear", "计划年度", "Programmed in"),
            .number("finishedYear", "完成年度", "Completed in"), .number("estates", "小区", "Estates"),
            .text("changedAt", "更新时间", "Changed at"),
        ]
}

/// One property of the features of a collection.
struct OGCProperty {
    let name: String
    let title: Phrase
    let isNumber: Bool

    static func text(_ name: String, _ zh: String, _ en: String) -> OGCProperty {
        OGCProperty(name: name, title: Phrase(zh: zh, en: en), isNumber: false)
    }

    static func number(_ name: String, _ zh: String, _ en: String) -> OGCProperty {
        OGCProperty(name: name, title: Phrase(zh: zh, en: en), isNumber: true)
    }
}
