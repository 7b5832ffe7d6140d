import Kernel
import Registry

/// An estate as it stands, before a survey looks at it. Small, so that a whole city of them fits in a few megabytes;
/// its facts are worked out when it is asked for.
struct EstateSketch: Sendable {
    let id: ID<Estate>
    let ordinal: Int
    let place: PlaceCode
    let name: String
    let aliases: [String]
    let address: String
    /// The unit that built it for its people, when its name tells one.
    let unit: String?
    let built: ClosedRange<Int>
    let buildings: [BuildingSketch]
    /// Degrees by which its rows of buildings are turned.
    let turn: Double
    let centre: Coordinate
    /// What the survey wrote down for a location; nil when it did not.
    let location: Coordinate?
    let reported: Reported
    /// The day on which its renovation was accepted.
    let renovated: Day?
    let surveyed: Day
    /// A later visit that renewed some of the answers.
    let revisited: Day?
    let isDangerous: Bool
    let seed: UInt64

    var households: Int { buildings.reduce(0) { $0 + $1.households } }
    var hundredthsM2: Int64 { buildings.reduce(0) { $0 + $1.hundredthsM2 } }
}

struct BuildingSketch: Sendable {
    let id: ID<Building>
    let name: String
    let households: Int
    let hundredthsM2: Int64
    let floors: Int
    let entrances: Int
    let builtYear: Int
    let block: Block
}

/// A building's rectangle in metres east and north of the estate's centre, before the estate is turned.
struct Block: Sendable {
    let east: Double
    let north: Double
    let length: Double
    let depth: Double
}

/// What the survey says an estate holds. It mostly agrees with the buildings; where it does not, an officer has work.
struct Reported: Sendable {
    var buildings: Int?
    var households: Int?
    var hundredthsM2: Int64?
}

/// An estate while the city is being planned: which projects its buildings stand in, and how large it is.
struct EstateDraft {
    /// Buildings that stand in one project; `year` is nil for those in none.
    struct Part {
        let year: Int?
        /// Building numbers that were published; empty when the part takes the next free ones.
        var numbers: [Int] = []
        /// The number of buildings, where it is given and not drawn.
        var fixed: Int?
        var buildings = 0
        var households = 0
        var hundredthsM2: Int64 = 0
    }

    /// What is wrong with the figures of an estate that nobody has looked at closely yet.
    enum Flaw: CaseIterable {
        case noHouseholds, noArea, noBuildings, areaTenfold, areaTenth, householdsDiffer, buildingsDiffer

        /// How many estates of the city have it.
        var count: Int {
            switch self {
            case .noHouseholds, .noArea: 8
            case .noBuildings: 6
            case .areaTenfold, .areaTenth: 7
            case .householdsDiffer: 10
            case .buildingsDiffer: 14
            }
        }
    }

    let subdistrict: DemoFiles.Subdistrict
    let known: DemoFiles.Known?
    var parts: [Part]
    var place: PlaceCode
    var neighbourhoodCentre: Coordinate
    var name = ""
    var unit: DemoNames.Unit?
    var built = 1980...1980
    var flaw: Flaw?
    var isDangerous = false
    var reported = Reported()

    var district: PlaceCode { subdistrict.code.ancestor(.district) ?? subdistrict.code }
    var isProgrammed: Bool { parts.contains { $0.year != nil } }
    var firstYear: Int? { parts.compactMap(\.year).min() }
}
