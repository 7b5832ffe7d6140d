import Kernel

/// The parts that names are made of.
struct DemoNames {
    /// Ways to build differ by time, and so do the names people gave.
    enum Era: String, CaseIterable {
        case before1980, before1992, later

        init(year: Int) {
            self = year < 1980 ? .before1980 : year < 1992 ? .before1992 : .later
        }
    }

    struct Unit: Sendable {
        let full: String
        let short: String
    }

    let surnames: [String]
    let givenNames: [String]
    /// Without "社区".
    let neighbourhoods: [Phrase]
    /// By district; the city's own for the districts without a list.
    let roads: [String: [String]]
    /// Names that several estates of a city bear.
    let recurring: [String]
    let words: [String]
    let wordEndings: [Era: [String]]
    let units: [Unit]
    let unitEndings: [Era: [String]]

    init(_ json: JSON) throws {
        func list(_ key: String) throws -> [JSON] {
            guard let elements = json[key]?.elements, !elements.isEmpty else { throw Self.fault(key) }
            return elements
        }
        func texts(_ key: String) throws -> [String] { try list(key).compactMap(\.string) }
        func byEra(_ key: String) throws -> [Era: [String]] {
            var table: [Era: [String]] = [:]
            for era in Era.allCases {
                table[era] = json[key]?[era.rawValue]?.elements.compactMap(\.string)
                if table[era]?.isEmpty ?? true { throw Self.fault(key) }
            }
            return table
        }
        surnames = try texts("surnames")
        givenNames = try texts("givenNames")
        neighbourhoods = try list("neighbourhoods").map {
            Phrase(zh: $0["zh"]?.string ?? "", en: $0["en"]?.string ?? "")
        }
        var roads: [String: [String]] = [:]
        for member in json["roads"]?.members ?? [] { roads[member.key] = member.value.elements.compactMap(\.string) }
        self.roads = roads
        recurring = try texts("recurring")
        words = try texts("words")
        wordEndings = try byEra("wordEndings")
        units = try list("units").map { Unit(full: $0["full"]?.string ?? "", short: $0["short"]?.string ?? "") }
        unitEndings = try byEra("unitEndings")
    }

    private static func fault(_ key: String) -> Refusal {
        Refusal(
            "demo.names", zh: "演示数据文件 names.json 缺少“\(key)”。", en: "The demo city's names.json lacks “\(key)”.")
    }

    func person(_ dice: inout Dice) -> String { dice.pick(surnames) + dice.pick(givenNames) }

    /// "芙蓉路128号".
    func address(in place: PlaceCode, _ dice: inout Dice) -> String {
        let list = roads[place.ancestor(.district)?.digits ?? ""] ?? roads["4301"] ?? ["人民路"]
        return "\(dice.pick(list))\(dice.whole(2...480))号"
    }

    /// A name as such estates bear, with the unit that built it when the name tells one.
    func estate(builtIn year: Int, _ dice: inout Dice) -> (name: String, unit: Unit?) {
        let era = Era(year: year)
        if dice.chance(0.1) {
            let name = dice.pick(recurring)
            return (name, units.first { name.hasPrefix($0.short) })
        }
        if dice.chance(era == .later ? 0.3 : 0.5) {
            let unit = dice.pick(units)
            return ((dice.chance(0.3) ? unit.full : unit.short) + dice.pick(unitEndings[era] ?? ["宿舍"]), unit)
        }
        return (dice.pick(words) + dice.pick(wordEndings[era] ?? ["小区"]), nil)
    }
}
