import Components
import Html
import Kernel
import Registry

/// The buildings of an estate with what they add up to.
struct BuildingTable {
    private let buildings: [Building]
    private let estate: ID<Estate>

    init(_ buildings: [Building], of estate: ID<Estate>) {
        self.buildings = buildings
        self.estate = estate
    }

    func view(_ t: Language) -> Html {
        let rows = buildings.map { building in
            TableRow(
                ["\(building.name)", years(building, t)] + Self.keys.map { cell(building.facts.value($0), t) },
                link: "/estates/\(estate)/buildings/\(building.id)")
        }
        let columns = [
            TableColumn(t("楼栋", "Building"), .heading), TableColumn(t("建成年代", "Built"), .number),
            TableColumn(t("层数", "Floors"), .number), TableColumn(t("单元", "Entrances"), .number),
            TableColumn(t("户数", "Households"), .number), TableColumn(t("建筑面积", "Floor area"), .number, note: "m²"),
        ]
        let totals: [Html] =
            ["\(t("合计", "In all"))", "", ""]
            + [CoreFact.entrances, CoreFact.households, CoreFact.floorArea].map { sum($0, t) }
        return table(t, DataTable(caption: t("楼栋", "Buildings"), columns: columns, rows: rows, totals: totals))
    }

    private static let keys = [CoreFact.floors, CoreFact.entrances, CoreFact.households, CoreFact.floorArea]

    private func years(_ building: Building, _ t: Language) -> Html {
        building.facts.value(CoreFact.builtYears).yearRange.map { "\($0.isSingle ? String($0.from) : $0.text(t))" }
            ?? unknown(t)
    }

    private func cell(_ value: FactValue, _ t: Language) -> Html { value.asDouble.map(number) ?? unknown(t) }

    /// The sum of what is known; says how many buildings it lacks.
    private func sum(_ key: String, _ t: Language) -> Html {
        let values = buildings.compactMap { $0.facts.value(key).asDouble }
        if values.isEmpty { return unknown(t) }
        let missing = buildings.count - values.count
        guard missing > 0 else { return number(values.reduce(0, +)) }
        return "\(number(values.reduce(0, +))) <small>\(t("缺 \(missing) 栋", "\(missing) missing"))</small>"
    }

    private func number(_ value: Double) -> Html { "\(decimal(value, value == value.rounded() ? 0 : 2))" }
}
