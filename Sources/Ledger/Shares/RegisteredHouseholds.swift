public import Decide
public import Kernel

/// A building as far as the register knows it, for sharing a cost among its households. Nil is not known.
struct RegisteredBuilding {
    struct Home {
        let entrance: String
        let name: String
        /// Hundredths of a square metre.
        let area: Int64?
    }

    let name: String
    /// What its households are called by: "3" in "3-2-501".
    let key: String
    var floors: Int?
    var entrances: Int?
    var households: Int?
    /// Hundredths of a square metre.
    var area: Int64?
    var lifts: Int?
    /// Dwelling by dwelling, where they are registered.
    var homes: [Home] = []
}

/// The households of a project or an estate as the register knows them, for a trial of sharing: dwelling by dwelling
/// where those are registered, else as many as there are, spread evenly over entrances and floors.
public struct RegisteredHouseholds: Sendable, Hashable {
    /// What the register does not say of a building, and what is assumed instead.
    public struct Gap: Sendable, Hashable {
        public let building: String
        public let what: Phrase
    }

    /// Of the project or estate.
    public internal(set) var name = ""
    /// All buildings, to choose one of them.
    public internal(set) var buildings: [String] = []
    /// Whose households are here.
    public private(set) var taken = 0
    public private(set) var withLift = 0
    public private(set) var households: [ShareHousehold] = []
    public private(set) var gaps: [Gap] = []

    public static let limit = 2_000

    /// - Parameter isByFloor: floors count, as for a lift: who has one takes no part.
    /// - Throws: `Refusal` `share.house` where there are more than `limit` households.
    init(_ buildings: [RegisteredBuilding], isByFloor: Bool) throws {
        for building in buildings {
            if building.lifts ?? 0 > 0 { withLift += 1 }
            if isByFloor, !takesPart(building) { continue }
            let more =
                building.homes.isEmpty
                ? try spread(building, isByFloor: isByFloor) : dwellings(building, isByFloor: isByFloor)
            guard households.count + more.count <= Self.limit else { throw Self.tooMany }
            if !more.isEmpty { taken += 1 }
            households += more
        }
    }

    private static var tooMany: Refusal {
        Refusal(
            "share.house", zh: "登记的住户超过 \(limit) 户；请选一栋楼试算。",
            en: "More than \(limit) households are registered; choose one building.", field: "building")
    }

    private mutating func tell(_ building: RegisteredBuilding, _ zh: String, _ en: String) {
        gaps.append(Gap(building: building.name, what: Phrase(zh: zh, en: en)))
    }

    private mutating func takesPart(_ building: RegisteredBuilding) -> Bool {
        guard let lifts = building.lifts else {
            tell(building, "不知道有没有电梯，按没有计", "whether it has a lift is not known; taken to have none")
            return true
        }
        if lifts > 0 { tell(building, "已有电梯，不参加分摊", "has a lift and takes no part") }
        return lifts == 0
    }

    private mutating func dwellings(_ building: RegisteredBuilding, isByFloor: Bool) -> [ShareHousehold] {
        let homes = building.homes
        if let stated = building.households, stated != homes.count {
            tell(
                building, "登记 \(stated) 户，逐户登记了 \(homes.count) 户，按逐户计",
                "\(stated) households are stated and \(homes.count) registered one by one, which count")
        }
        let average = building.households.flatMap { count in
            building.area.flatMap { count > 0 ? $0 / Int64(count) : nil }
        }
        var (unmeasured, unplaced) = (0, 0)
        let found = homes.compactMap { home -> ShareHousehold? in
            if home.area == nil { unmeasured += 1 }
            guard let area = home.area ?? average, area > 0 else { return nil }
            let floor = Self.floor(of: home.name)
            if floor == nil { unplaced += 1 }
            return ShareHousehold(
                id: "\(building.key)-\(Self.plain(home.entrance))-\(Self.plain(home.name))", area: area,
                floor: floor ?? 1)
        }
        if unmeasured > 0 {
            average == nil
                ? tell(building, "\(unmeasured) 户没有面积，未计入", "\(unmeasured) have no area and are left out")
                : tell(building, "\(unmeasured) 户没有面积，按平均计", "\(unmeasured) have no area; the average is taken")
        }
        if isByFloor, unplaced > 0 {
            tell(building, "\(unplaced) 户看不出楼层，按 1 层计", "of \(unplaced) the floor is not known; taken as floor 1")
        }
        return found
    }

    /// So many households as there are, each of the same area: floors and entrances differ by one at most.
    private mutating func spread(_ building: RegisteredBuilding, isByFloor: Bool) throws -> [ShareHousehold] {
        guard let count = building.households, count > 0, let area = building.area, area >= Int64(count) else {
            tell(building, "没有户数或建筑面积，未计入", "its households or floor area are not known; left out")
            return []
        }
        guard count <= Self.limit else { throw Self.tooMany }
        if building.entrances == nil { tell(building, "没有单元数，按 1 个单元计", "its entrances are not known; one is taken") }
        if isByFloor, building.floors == nil {
            tell(building, "没有层数，都按 1 层计", "its floors are not known; all on floor 1")
        }
        let (each, rest) = area.quotientAndRemainder(dividingBy: Int64(count))
        let (floors, entrances) = (max(1, building.floors ?? 1), max(1, building.entrances ?? 1))
        var households: [ShareHousehold] = []
        for entrance in 1...min(entrances, count) {
            let homes = Self.part(entrance, of: count, in: min(entrances, count))
            for floor in 1...min(floors, homes) {
                for home in 1...Self.part(floor, of: homes, in: min(floors, homes)) {
                    let more: Int64 = households.count < rest ? 1 : 0
                    // 1101 is on floor 11.
                    let between = home < 10 ? "0" : home < 100 ? "" : "/"
                    households.append(
                        ShareHousehold(
                            id: "\(building.key)-\(entrance)-\(floor)\(between)\(home)", area: each + more,
                            floor: floor))
                }
            }
        }
        return households
    }

    /// How many of a whole the part of this number gets, from 1, where all get alike and the first ones the rest.
    private static func part(_ number: Int, of whole: Int, in parts: Int) -> Int {
        whole / parts + (number <= whole % parts ? 1 : 0)
    }

    /// "501" is on floor 5, "1203" on floor 12; nil where a name tells no floor.
    private static func floor(of name: String) -> Int? {
        let digits = name.prefix { $0.isWholeNumber }
        guard (3...4).contains(digits.count), let number = Int(digits), number >= 100 else { return nil }
        return number / 100
    }

    /// As lists of households can carry it: without spaces and commas, without the word for building or entrance.
    static func plain(_ name: String) -> String {
        let kept = name.filter { !$0.isWhitespace && !",，、;".contains($0) }
        let short = ["号楼", "栋", "幢", "座", "单元"].first { kept.hasSuffix($0) }.map { kept.dropLast($0.count) }
        return short.map { $0.isEmpty ? kept : String($0) } ?? kept
    }
}
