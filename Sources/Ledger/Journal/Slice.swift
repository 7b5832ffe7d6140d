/// Along which a posting can be asked for; sets of them say what a move needs and what a cell is kept by.
public struct Dimensions: OptionSet, Sendable, Hashable {
    public let rawValue: UInt8

    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    public static let source = Dimensions(rawValue: 1)
    public static let project = Dimensions(rawValue: 2)
    public static let area = Dimensions(rawValue: 4)
    public static let item = Dimensions(rawValue: 8)
    public static let party = Dimensions(rawValue: 16)
    public static let contract = Dimensions(rawValue: 32)
    public static let year = Dimensions(rawValue: 64)

    /// Each with its name in files, commands and columns, in the order in which they are written.
    public static let named: [(name: String, dimension: Dimensions)] = [
        ("source", .source), ("project", .project), ("area", .area), ("item", .item), ("party", .party),
        ("contract", .contract), ("year", .year),
    ]

    public var names: [String] { Self.named.filter { contains($0.dimension) }.map(\.name) }
}

/// What a posting is about: a value along each dimension, empty or 0 where none is given.
public struct Slice: Hashable, Sendable {
    /// Code of a `FundSource`.
    public var source: String
    /// Number of a project in the register: "CSP-0012".
    public var project: String
    /// Code of a renewal area.
    public var area: String
    /// Code of an item of the works menu.
    public var item: String
    /// Who promises, pays in or is paid: a household, an owner unit, a contractor, by a code of the caller.
    public var party: String
    /// Code of a `Contract`.
    public var contract: String
    /// The budget's year.
    public var year: Int

    public init(
        source: String = "", project: String = "", area: String = "", item: String = "", party: String = "",
        contract: String = "", year: Int = 0
    ) {
        (self.source, self.project, self.area, self.item) = (source, project, area, item)
        (self.party, self.contract, self.year) = (party, contract, year)
    }

    /// The same slice without the other dimensions.
    public func kept(_ dimensions: Dimensions) -> Slice {
        Slice(
            source: dimensions.contains(.source) ? source : "", project: dimensions.contains(.project) ? project : "",
            area: dimensions.contains(.area) ? area : "", item: dimensions.contains(.item) ? item : "",
            party: dimensions.contains(.party) ? party : "",
            contract: dimensions.contains(.contract) ? contract : "", year: dimensions.contains(.year) ? year : 0)
    }

    /// The dimensions that have a value.
    public var given: Dimensions {
        var given = Dimensions()
        if !source.isEmpty { given.insert(.source) }
        if !project.isEmpty { given.insert(.project) }
        if !area.isEmpty { given.insert(.area) }
        if !item.isEmpty { given.insert(.item) }
        if !party.isEmpty { given.insert(.party) }
        if !contract.isEmpty { given.insert(.contract) }
        if year != 0 { given.insert(.year) }
        return given
    }

    /// The value along one dimension as text; empty where none is given.
    public func text(_ dimension: Dimensions) -> String {
        switch dimension {
        case .source: source
        case .project: project
        case .area: area
        case .item: item
        case .party: party
        case .contract: contract
        default: year == 0 ? "" : String(year)
        }
    }
}
