import Foundation
import Kernel

@testable import Geo

/// A tile of the zoom, drawn evenly.
func anyTile(zoom: Int, _ random: inout SeededRandom) throws -> TileAddress {
    let numbers = 0..<1 << zoom
    return try TileAddress(
        zoom: zoom, column: .random(in: numbers, using: &random), row: .random(in: numbers, using: &random))
}

/// A tile in the middle of Changsha.
func changsha(zoom: Int = 14) throws -> TileAddress {
    let place = at(112.9762, 28.1957)
    let size = Double(1 << zoom)
    return try TileAddress(
        zoom: zoom, column: Int(WebMercator.east(place.longitude) * size),
        row: Int(WebMercator.south(place.latitude) * size))
}

extension TileAddress {
    /// The coordinate at so many units east and south of the tile's north-western corner.
    func coordinate(_ x: Double, _ y: Double) -> Coordinate {
        let size = Double(1 << zoom)
        return at(
            WebMercator.longitude((Double(column) + x / 4096) / size),
            WebMercator.latitude((Double(row) + y / 4096) / size))
    }

    /// A ring through corners in the tile's units.
    func ring(_ corners: [(Double, Double)]) throws -> Ring {
        let points = corners.map { coordinate($0.0, $0.1) }
        return try Ring(points + points.prefix(1))
    }

    func square(_ x: Double, _ y: Double, _ side: Double) throws -> Ring {
        try ring([(x, y), (x + side, y), (x + side, y + side), (x, y + side)])
    }
}

/// A star-shaped closed ring in units; simple whatever the seed.
func starPlaces(
    around middle: TilePlace, radius: Double, corners: Int, _ random: inout SeededRandom
) throws -> [TilePlace] {
    try star(around: at(0, 0), radius: 1, corners: corners, &random).points.map {
        TilePlace(x: middle.x + $0.longitude * radius, y: middle.y + $0.latitude * radius)
    }
}

/// By the surveyor's formula, of a closed ring, whichever way it runs.
func area(_ ring: [TilePlace]) -> Double {
    abs(zip(ring, ring.dropFirst()).reduce(0) { $0 + $1.0.x * $1.1.y - $1.1.x * $1.0.y }) / 2
}

/// Of a line, in units.
func length(_ line: [TilePlace]) -> Double {
    zip(line, line.dropFirst()).reduce(0) { $0 + hypot($1.1.x - $1.0.x, $1.1.y - $1.0.y) }
}
