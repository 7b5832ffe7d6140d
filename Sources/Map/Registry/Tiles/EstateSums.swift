import Geo
import Kernel

/// The estates of a tile, added up by the squares of a grid.
struct EstateSums {
    /// Squares on a side of a tile: circles of the largest size then hardly touch.
    private static let gridBits = 4

    /// All of them together.
    private(set) var total: Int64 = 0
    /// Cells in a square, as a power of two.
    private let bits: Int64
    private let cells: ClosedRange<Int64>
    private var past: StagePast
    // One element for each square of the tile, the first in the north-west, along the curve of the cells.
    private var estates: [Int64]
    private var households: [Int64]
    private var longitudes: [Double]
    private var latitudes: [Double]
    /// Of each square its estates by year and tone.
    private var tones: [Int64]
    private var answers: [Int: CommonAnswer] = [:]

    init(_ address: TileAddress, _ past: StagePast) {
        self.past = past
        bits = Int64(2 * max(0, Cell.zoom - address.zoom - Self.gridBits))
        cells = address.cells
        let squares = Int((cells.upperBound - cells.lowerBound) >> bits) + 1
        estates = Array(repeating: 0, count: squares)
        households = estates
        longitudes = Array(repeating: 0, count: squares)
        latitudes = longitudes
        tones = Array(repeating: 0, count: squares * past.width)
    }

    /// Cells in a square.
    var squareSize: Int { 1 << Int(bits) }

    /// Some estates of one life and square; longitudes, latitudes and households are their sums.
    mutating func add(
        _ count: Int64, at cell: Int64, _ life: StagePast.Life, households: Int64, longitude: Double, latitude: Double,
        answer: FactValue? = nil
    ) {
        let square = Int((cell - cells.lowerBound) >> bits)
        add(count, in: square, past.places(life), households, longitude, latitude)
        if let answer { answers[square, default: CommonAnswer()].add(answer) }
    }

    /// Those of the arrays that lie in the tile and the scope.
    mutating func add(_ city: EstateColumns, within scope: [PlaceRange]) {
        let places = city.lives.map { past.places($0) }
        for position in city.positions(of: cells) {
            let key = city.places[position]
            guard scope.contains(where: { $0.contains(key) }) else { continue }
            let coordinate = city.coordinates[position]
            add(
                1, in: Int((Int64(city.cells[position]) - cells.lowerBound) >> bits),
                places[Int(city.lifeNumbers[position])], Int64(city.households[position]), coordinate.longitude,
                coordinate.latitude)
        }
    }

    private mutating func add(
        _ count: Int64, in square: Int, _ places: [Int], _ households: Int64, _ longitude: Double, _ latitude: Double
    ) {
        total += count
        estates[square] += count
        self.households[square] += households
        longitudes[square] += longitude
        latitudes[square] += latitude
        let first = square * past.width
        for place in places { tones[first + place] += count }
    }

    /// One point for each square that has estates, in their middle.
    func write(to layer: inout TileLayer) {
        let (estatesKey, householdsKey) = (layer.key("estates"), layer.key("households"))
        let (pastKey, valueKey) = (layer.key("past"), layer.key("value"))
        for (square, count) in estates.enumerated() where count > 0 {
            layer.addPoint(
                at: Coordinate(
                    longitude: longitudes[square] / Double(count), latitude: latitudes[square] / Double(count)),
                [
                    (estatesKey, .int(count)), (householdsKey, .int(households[square])),
                    (pastKey, .string(past.commonLetters(tones[square * past.width..<(square + 1) * past.width]))),
                    (valueKey, answers[square]?.value),
                ])
        }
    }
}

/// What most estates answered to a question, or the mean of their numbers.
struct CommonAnswer {
    private var counts: [String: Int] = [:]
    private var sum = 0.0
    private var numbers = 0

    mutating func add(_ answer: FactValue) {
        switch answer.onTile {
        case .string(let text)?: counts[text, default: 0] += 1
        case .bool(let isTrue)?: counts[isTrue ? "true" : "false", default: 0] += 1
        case .int(let number)?: add(Double(number))
        case .double(let number)?: add(number)
        default: break
        }
    }

    private mutating func add(_ number: Double) {
        sum += number
        numbers += 1
    }

    /// Of answers that as many gave, the first by its code.
    var value: TileValue? {
        if numbers > 0 { return .double(sum / Double(numbers)) }
        let most = counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
        return switch most {
        case "true"?: .bool(true)
        case "false"?: .bool(false)
        case let text?: .string(text)
        case nil: nil
        }
    }
}

extension FactValue {
    var onTile: TileValue? {
        switch self {
        case .unknown: nil
        case .number(let value): .double(value)
        case .integer(let value): .int(Int64(value))
        case .text(let value), .choice(let value): .string(value)
        case .flag(let value): .bool(value)
        case .years(let from, _): .int(Int64(from))
        }
    }
}
