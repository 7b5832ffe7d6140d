public import Kernel

/// What a building's repair fund (住宅专项维修资金) holds, as its keeper states it.
public struct RepairFund: Sendable, Hashable {
    /// Code of the building as parties name it in entries.
    public var building: String
    public var place: PlaceCode
    /// Fen.
    public var balance: Int64
    /// On which day it was so.
    public var day: Day
    /// The keeper's statement.
    public var document: String

    public init(building: String, place: PlaceCode, balance: Int64, day: Day, document: String) {
        (self.building, self.place, self.balance) = (building, place, balance)
        (self.day, self.document) = (day, document)
    }
}

/// What the use of space that somebody gives is worth: it counts towards a share and never pays a bill.
public struct Appraisal: Sendable, Hashable {
    public var project: String
    public var party: String
    /// Hundredths of m²·year.
    public var use: Int64
    /// Fen for all of it.
    public var value: Int64
    public var appraiser: String
    /// First and last day of the term.
    public var from: Day
    public var until: Day
    /// How it was reckoned: "12 元/㎡·月 yuan per m² and month".
    public var rate: String
    public var document: String

    public init(
        project: String, party: String, use: Int64, value: Int64, appraiser: String, from: Day, until: Day,
        rate: String,
        document: String
    ) {
        (self.project, self.party, self.use, self.value) = (project, party, use, value)
        (self.appraiser, self.from, self.until, self.rate) = (appraiser, from, until, rate)
        self.document = document
    }
}
