import Geo
import Kernel
import Registry

/// Turns drafts into estates on the ground: buildings of plausible size in rows, no two estates on one spot, each
/// inside its district.
struct CityPlacing {
    /// Metres within which streets belong to one town.
    private static let townReach = 4000.0

    private let files: DemoFiles
    /// By street: the middle of its town.
    private let towns: [PlaceCode: Coordinate]
    private let seed: UInt64
    private let asOf: Instant
    /// Middles and reaches of the estates placed so far.
    private var taken: [(centre: Coordinate, reach: Double)] = []

    init(files: DemoFiles, seed: UInt64, asOf: Instant) {
        self.files = files
        self.seed = seed
        self.asOf = asOf
        towns = Dictionary(
            files.subdistricts.map { ($0.code, Self.town(around: $0, among: files.subdistricts)) },
            uniquingKeysWith: { first, _ in first })
    }

    /// The middle of the streets around one, each counting by the estates it draws.
    private static func town(
        around street: DemoFiles.Subdistrict, among streets: [DemoFiles.Subdistrict]
    ) -> Coordinate {
        let near = streets.filter { $0.centre.distance(to: street.centre) < townReach }
        let weight = near.reduce(0) { $0 + $1.weight }
        return Coordinate(
            longitude: near.reduce(0) { $0 + $1.weight * $1.centre.longitude } / weight,
            latitude: near.reduce(0) { $0 + $1.weight * $1.centre.latitude } / weight)
    }

    /// An estate's buildings and where they stand; nothing of its survey.
    struct Placed {
        let seed: UInt64
        let buildings: [BuildingSketch]
        /// For each part of the draft, the indices of its buildings.
        let parts: [[Int]]
        let centre: Coordinate
        let turn: Double
    }

    mutating func place(_ draft: EstateDraft, ordinal: Int) -> Placed {
        var dice = Dice(seed: seed, subject: ordinal)
        let (shells, parts) = shells(of: draft, &dice)
        let blocks = Block.rows(of: shells.map { ($0.length, $0.depth, 8 + 2.2 * Double($0.floors)) })
        let reach = (blocks.map(\.reach).max() ?? 20) + 6
        let centre = spot(for: draft, reach: reach, &dice)
        taken.append((centre, reach))
        let buildings = zip(shells, blocks).enumerated().map { index, pair in
            BuildingSketch(
                // Ids in the order of the estates, so that the tables grow at their end.
                id: dice.id(Building.self, at: Instant(milliseconds: asOf.milliseconds + Int64(ordinal))),
                name: "\(pair.0.number)栋", households: pair.0.households, hundredthsM2: pair.0.hundredthsM2,
                floors: pair.0.floors, entrances: pair.0.entrances, builtYear: pair.0.builtYear, block: pair.1)
        }
        return Placed(
            seed: dice.seed(), buildings: buildings, parts: parts, centre: centre.rounded,
            turn: (dice.normal() * 7).rounded())
    }

    // MARK: Buildings

    private struct Shell {
        let number: Int
        let households: Int
        let hundredthsM2: Int64
        let floors: Int
        let entrances: Int
        let builtYear: Int
        let length: Double
        let depth: Double
    }

    private func shells(of draft: EstateDraft, _ dice: inout Dice) -> (shells: [Shell], parts: [[Int]]) {
        let published = Set(draft.parts.flatMap(\.numbers))
        var free = (1...2000).lazy.filter { !published.contains($0) }.makeIterator()
        var shells: [(shell: Shell, part: Int)] = []
        for (index, part) in draft.parts.enumerated() {
            let homes = apportion(
                part.households, by: (0..<part.buildings).map { _ in dice.factor(0.3) }, atLeast: 4)
            let areas = apportion(
                Int(part.hundredthsM2), by: homes.map { Double($0) * dice.factor(0.05) },
                atLeast: homes.map { $0 * 600 })
            for place in 0..<part.buildings {
                let number = place < part.numbers.count ? part.numbers[place] : free.next() ?? place + 1
                shells.append((shell(number, homes[place], Int64(areas[place]), draft.built, &dice), index))
            }
        }
        shells.sort { $0.shell.number < $1.shell.number }
        let parts = draft.parts.indices.map { part in shells.indices.filter { shells[$0].part == part } }
        return (shells.map(\.shell), parts)
    }

    private func shell(
        _ number: Int, _ households: Int, _ hundredthsM2: Int64, _ built: ClosedRange<Int>, _ dice: inout Dice
    ) -> Shell {
        let year = dice.whole(built)
        let usual: Int =
            switch year {
            case ..<1965: dice.whole(2...4)
            case ..<1980: dice.whole(3...5)
            case ..<1992: dice.whole(5...7)
            default: dice.chance(0.05) ? dice.whole(9...16) : dice.whole(6...8)
            }
        let floors = max(1, min(usual, households / 2))
        let ground = Double(hundredthsM2) / 100 / Double(floors)
        let length = min(96, max(9, ground / (10.5 + 2 * dice.unit())))
        let entrances = max(1, min(Int((Double(households) / Double(floors) / 2.2).rounded()), Int(length / 8)))
        return Shell(
            number: number, households: households, hundredthsM2: hundredthsM2, floors: floors, entrances: entrances,
            builtYear: year, length: (length * 10).rounded() / 10, depth: (ground / length * 10).rounded() / 10)
    }

    // MARK: The spot

    /// A street that a neighbourhood has grown along, and the way it runs: one metre of it, east and north.
    private struct Street {
        let middle: Coordinate
        let east: Double
        let north: Double
    }

    /// Along one of its neighbourhood's streets, some on the way to the town's middle; further out the more is built
    /// there already.
    private func spot(for draft: EstateDraft, reach: Double, _ dice: inout Dice) -> Coordinate {
        let outline = files.outlines[draft.district]?.shape
        let streets = streets(of: draft, in: outline)
        let town = towns[draft.subdistrict.code] ?? draft.subdistrict.centre
        var spread = draft.subdistrict.radius
        for _ in 0..<800 {
            let street = dice.pick(streets)
            let (along, across) = (dice.longTailed() * spread * 0.3, dice.normal() * spread * 0.1)
            let inward = dice.unit()
            let start = street.middle.moved(towards: town, by: inward * inward)
            let point = start.moved(
                east: along * street.east - across * street.north, north: along * street.north + across * street.east)
            spread *= 1.007
            guard let outline, outline.contains(point), !isTaken(point, reach),
                outline.distanceToBoundary(from: point) > reach + 40
            else { continue }
            return point
        }
        return draft.neighbourhoodCentre
    }

    /// The same for all estates of a neighbourhood; the first runs through its middle.
    private func streets(of draft: EstateDraft, in outline: MultiPolygon?) -> [Street] {
        var dice = Dice(seed: seed, subject: Int(draft.place.digits) ?? 0)
        let spread = draft.subdistrict.radius * 0.35
        let middle = draft.neighbourhoodCentre
        let others = (0..<dice.whole(1...3)).map { _ in
            middle.moved(east: dice.longTailed() * spread, north: dice.longTailed() * spread)
        }
        return ([middle] + others.filter { outline?.contains($0) == true }).map { middle in
            let (east, north) = (dice.normal(), dice.normal())
            let length = max((east * east + north * north).squareRoot(), 0.001)
            return Street(middle: middle, east: east / length, north: north / length)
        }
    }

    private func isTaken(_ point: Coordinate, _ reach: Double) -> Bool {
        taken.contains { other in
            let apart = reach + other.reach
            // A degree is never more than 111.3 km: most pairs need no more than this.
            guard abs(other.centre.latitude - point.latitude) * 111_000 < apart else { return false }
            return other.centre.distance(to: point) < apart
        }
    }
}
