import Geo
public import Kernel

/// What the data-quality page works off: contradictions inside one estate's own facts. Contradictions between estates
/// (the same name or place twice) are found by query; see `Queries/QualityQueries.swift`.
public enum QualityRule: String, Sendable, CaseIterable {
    case builtAfterCutoff
    case builtRangeWide
    case areaPerHousehold
    case householdsPerBuilding
    case noLocation
    case outsideDistrict
    case neighbourhoodUnconfirmed
    case buildingsDiffer
    case householdsDiffer
    case buildingsOutside

    public var name: Phrase {
        switch self {
        case .builtAfterCutoff: Phrase(zh: "建成年代晚于政策年限", en: "Built after the cut-off year")
        case .builtRangeWide: Phrase(zh: "建成年代跨度超过 15 年", en: "Built over more than 15 years")
        case .areaPerHousehold: Phrase(zh: "户均面积不在 20–300 m² 之间", en: "Area a household outside 20–300 m²")
        case .householdsPerBuilding: Phrase(zh: "每栋户数超过 400", en: "More than 400 households a building")
        case .noLocation: Phrase(zh: "没有坐标", en: "No location")
        case .outsideDistrict: Phrase(zh: "坐标不在所属区县内", en: "Location outside its district")
        case .neighbourhoodUnconfirmed: Phrase(zh: "社区待确认或未填", en: "Neighbourhood unconfirmed or missing")
        case .buildingsDiffer: Phrase(zh: "楼栋数与登记的楼栋不符", en: "Number of buildings differs from those registered")
        case .householdsDiffer:
            Phrase(zh: "户数与楼栋户数之和相差超过 10%", en: "Households differ from the buildings' sum by over 10 %")
        case .buildingsOutside:
            Phrase(zh: "有楼栋坐标在区县范围之外", en: "Buildings located outside the district")
        }
    }
}

/// A contradiction found, with the figures that show it.
public struct QualityIssue: Sendable, Hashable {
    public let rule: QualityRule
    /// Figures in a form both languages read: "3.2 m²", "1986–2004".
    public let detail: String
}

/// What the registered buildings of an estate add up to.
struct BuildingTotals {
    var count = 0
    var households: Int?
    /// Those whose location is known, by name.
    var located: [(name: String, location: Coordinate)] = []
}

struct QualityCheck {
    /// Nearer to its estate's point than this a building is where it should be, metres: outlines are simplified, and a
    /// wrong district is already told of the estate itself (default).
    static let nearM = 500.0
    /// Most buildings that an issue names.
    private static let named = 3

    let cutoffYear: Int
    let outlines: PlaceOutlines
    /// Neighbourhoods that await confirmation.
    var unconfirmed: Set<PlaceCode>

    func issues(of state: EstateState, buildings: BuildingTotals) -> [QualityIssue] {
        var issues: [QualityIssue] = []
        func find(_ rule: QualityRule, _ detail: String = "", when isWrong: Bool) {
            if isWrong { issues.append(QualityIssue(rule: rule, detail: detail)) }
        }
        if let years = state.facts.value(CoreFact.builtYears).yearRange {
            find(.builtAfterCutoff, "\(years.from)", when: years.from > cutoffYear)
            find(.builtRangeWide, "\(years.from)–\(years.to)", when: years.to - years.from > 15)
        }
        let households = state.facts.value(CoreFact.households).asDouble
        let area = state.facts.value(CoreFact.floorArea).asDouble
        if let households, let area, households > 0 {
            let share = area / households
            find(.areaPerHousehold, "\((share * 10).rounded() / 10) m²", when: share < 20 || share > 300)
        }
        let count = state.facts.value(CoreFact.buildings).asDouble
        if let households, let count, count > 0 {
            find(.householdsPerBuilding, "\(Int(households / count))", when: households / count > 400)
        }
        if let location = state.location {
            let district = state.place.ancestor(.district)
            let found = outlines.district(at: location)
            find(.outsideDistrict, found?.digits ?? "", when: found != nil && found != district)
        } else {
            find(.noLocation, when: true)
        }
        find(
            .neighbourhoodUnconfirmed,
            when: state.place.level != .neighbourhood || unconfirmed.contains(state.place))
        if buildings.count > 0 {
            if let count {
                find(.buildingsDiffer, "\(Int(count)) ≠ \(buildings.count)", when: Int(count) != buildings.count)
            }
            if let households, let sum = buildings.households {
                find(
                    .householdsDiffer, "\(Int(households)) ≠ \(sum)",
                    when: abs(households - Double(sum)) > 0.1 * max(households, 1))
            }
        }
        let outside = outside(state, buildings)
        find(
            .buildingsOutside,
            outside.prefix(Self.named).joined(separator: ", ")
                + (outside.count > Self.named ? " … \(outside.count)" : ""),
            when: !outside.isEmpty)
        return issues
    }

    /// The buildings that lie outside the estate's district and far from the estate.
    private func outside(_ state: EstateState, _ buildings: BuildingTotals) -> [String] {
        guard let outline = state.place.ancestor(.district).flatMap({ outlines[$0] }) else { return [] }
        return buildings.located.filter { building in
            if let centre = state.location, centre.distance(to: building.location) <= Self.nearM { return false }
            return !outline.shape.contains(building.location)
        }.map(\.name)
    }
}
