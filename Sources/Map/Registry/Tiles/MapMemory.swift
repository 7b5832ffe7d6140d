import Geo
import Identity
import Kernel
import Store
import Synchronization

/// What tiles of whole regions add up of every estate, kept in memory: a country's tile is then a pass over arrays.
///
/// It is brought up to date inside the reader's own transaction, from the record, in which every act on every node has
/// left its line: a city in which anything was done is read anew. So it is never older than the reader's snapshot.
final class MapMemory: Sendable {
    private struct State {
        let mark: RecordMark
        var cities: [PlaceCode: EstateColumns]
    }

    private let state = Mutex(State?.none)

    /// Lines about these leave estates as they are; a kind that is not listed is taken to change them.
    private static let silent: Set<String> = [
        "person", "post", "role", "rights", "list", "backup", "database", "form", "stage", "checklist",
    ]

    /// The estates as they are now, by city; nil when only the tables can tell.
    func cities(in tx: Tx) throws -> [EstateColumns]? {
        let version = try RecordQueries.version(tx)
        return try state.withLock { state in
            if let state, version <= state.mark.version { return Array(state.cities.values) }
            guard let mark = try RecordQueries.mark(tx) else { return nil }
            let new = try state.map { try Self.refreshed($0, to: mark, in: tx) } ?? Self.filled(mark, in: tx)
            state = new
            return Array(new.cities.values)
        }
    }

    private static func filled(_ mark: RecordMark, in tx: Tx) throws -> State {
        State(mark: mark, cities: try EstateColumns.read(within: .country, in: tx))
    }

    private static func refreshed(_ old: State, to mark: RecordMark, in tx: Tx) throws -> State {
        guard let traces = try RecordQueries.traces(from: old.mark, to: mark, tx) else {
            return try filled(mark, in: tx)
        }
        let places = Set(traces.filter { !silent.contains($0.kind) }.map { $0.place.ancestor(.city) ?? $0.place })
        guard places.allSatisfy({ $0.level == .city }) else { return try filled(mark, in: tx) }
        var cities = old.cities
        for place in places { cities[place] = try EstateColumns.read(within: place, in: tx)[place] }
        return State(mark: mark, cities: cities)
    }
}

/// The located estates of a city, by cell; one array for each thing known of them.
struct EstateColumns: Sendable {
    private(set) var cells: [Int32] = []
    private(set) var places: [PlaceRange.Key] = []
    /// Positions in `lives`.
    private(set) var lifeNumbers: [Int32] = []
    private(set) var households: [Int32] = []
    private(set) var coordinates: [Coordinate] = []
    private(set) var lives: [StagePast.Life] = []

    /// Of each city within a place: its estates.
    static func read(within place: PlaceCode, in tx: Tx) throws -> [PlaceCode: EstateColumns] {
        var cities: [PlaceCode: EstateColumns] = [:]
        var numbers: [PlaceCode: [StagePast.Life: Int32]] = [:]
        try tx.each(
            """
            SELECT cell, place, stage, programmed_year, works_year, completed_year, households, longitude, latitude
            FROM estate WHERE cell IS NOT NULL AND \(Scope([place]), contains: "place") ORDER BY cell, id
            """
        ) { row in
            let place: PlaceCode = try row[1]
            let city = place.ancestor(.city) ?? place
            let life = try StagePast.Life(stage: row[2], programmed: row[3], works: row[4], completed: row[5])
            try cities[city, default: EstateColumns()].append(row, place, life, &numbers[city, default: [:]])
        }
        return cities
    }

    private mutating func append(
        _ row: Row, _ place: PlaceCode, _ life: StagePast.Life, _ numbers: inout [StagePast.Life: Int32]
    ) throws {
        if numbers[life] == nil {
            numbers[life] = Int32(lives.count)
            lives.append(life)
        }
        cells.append(Int32(truncatingIfNeeded: try row[0] as Int64))
        places.append(PlaceRange.key(place))
        lifeNumbers.append(numbers[life] ?? 0)
        households.append(Int32(clamping: (try row[6] as Int64?) ?? 0))
        coordinates.append(Coordinate(longitude: try row[7], latitude: try row[8]))
    }

    /// Where the estates of these cells lie in the arrays.
    func positions(of wanted: ClosedRange<Int64>) -> Range<Int> {
        func first(notBelow cell: Int64) -> Int {
            var (low, high) = (0, cells.count)
            while low < high {
                let middle = (low + high) / 2
                if Int64(cells[middle]) < cell { low = middle + 1 } else { high = middle }
            }
            return low
        }
        return first(notBelow: wanted.lowerBound)..<first(notBelow: wanted.upperBound + 1)
    }
}

/// Places as numbers: all within one place lie next to each other.
struct PlaceRange {
    typealias Key = UInt64

    private let keys: ClosedRange<Key>

    init(_ place: PlaceCode) {
        let first = Self.key(place)
        keys = first...first + Self.power(Self.digits - place.digits.utf8.count) - 1
    }

    func contains(_ key: Key) -> Bool { keys.contains(key) }

    /// The digits to the base of eleven, so that "no digit" sorts before 0.
    static func key(_ place: PlaceCode) -> Key {
        let digits = place.digits.utf8
        return digits.reduce(0) { $0 * 11 + UInt64($1 - UInt8(ascii: "0")) + 1 } * power(Self.digits - digits.count)
    }

    private static let digits = 12

    private static func power(_ exponent: Int) -> UInt64 { (0..<exponent).reduce(1) { power, _ in power * 11 } }
}
