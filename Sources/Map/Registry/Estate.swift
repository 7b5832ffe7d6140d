public import Kernel

/// An old residential estate (老旧小区): a planned unit of housing, built by the cut-off year.
public struct Estate: Sendable {
    public let id: ID<Estate>
    /// The public number, stable for life: "CS-00417". Names repeat and streets change; this does not.
    public let number: String
    public var name: String
    /// A neighbourhood where known, else a subdistrict. Dated: see `estate_place`.
    public var place: PlaceCode
    public var address: String
    /// A code given by the state's own registers, where there is one.
    public var officialCode: String?
    public var aliases: [String]
    public var location: Coordinate?
    public var facts: FactSheet
    public var stage: String
    public var stageDay: Day?
    public var programmedYear: Int?
    public var completedYear: Int?
    /// Share of the form's questions that are answered, in thousandths.
    public let completeness: Int
    /// How many contradictions the data-quality rules find.
    public let issues: Int
    /// Made by the demo city, not surveyed.
    public let isGenerated: Bool
    /// Counts the changes; an edit says which version it saw.
    public let version: Int
    public let changedAt: Instant
}

/// The keys of the facts that the register itself counts with.
public enum CoreFact {
    public static let builtYears = "builtYears"
    public static let households = "households"
    public static let buildings = "buildings"
    public static let floorArea = "floorAreaM2"
    public static let floors = "floors"
    public static let name = "name"
    /// Entrances of a building (单元数).
    public static let entrances = "entrances"
}

/// A building (楼栋): one structure of an estate.
public struct Building: Sendable {
    public let id: ID<Building>
    public let estate: ID<Estate>
    public let place: PlaceCode
    /// As people say it: "3栋".
    public var name: String
    public var officialCode: String?
    public var location: Coordinate?
    /// A GeoJSON polygon in CGCS2000.
    public var footprint: String?
    public var facts: FactSheet
    public let version: Int
}

/// A stairwell (单元): a vertical section of a building with one stair.
public struct Entrance: Sendable {
    public let id: ID<Entrance>
    public let building: ID<Building>
    public let name: String
    public let dwellings: [Dwelling]
}

/// A dwelling (户/套): a registered exclusive unit.
public struct Dwelling: Sendable {
    public let id: ID<Dwelling>
    public let entrance: ID<Entrance>
    public let name: String
    public let floorArea: Area?
    public let officialCode: String?
}

/// A project: measures on buildings, on the grounds between them, and on new facilities of one or more estates.
public struct Project: Sendable {
    public let id: ID<Project>
    public let number: String
    public let name: String
    public let place: PlaceCode
    public let stage: String
    public let stageDay: Day
    /// The year of the annual programme it stands in.
    public let plannedYear: Int?
    /// The year its works were accepted.
    public let finishedYear: Int?
    public let isGenerated: Bool
    public let version: Int
}

/// One piece of a project's work.
public struct Measure: Sendable {
    /// Where it is done: on a building, on the grounds, or as a new facility.
    public enum Target: String, Sendable, CaseIterable {
        case building, grounds, facility
    }

    public let id: ID<Measure>
    /// Code of the works menu: "roof".
    public let item: String
    public let target: Target
    public let building: ID<Building>?
    public let estate: ID<Estate>?
    public let note: String
}
