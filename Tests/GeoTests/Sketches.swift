import Foundation
import Geo
import Kernel

/// A place, longitude first.
func at(_ longitude: Double, _ latitude: Double) -> Coordinate {
    Coordinate(longitude: longitude, latitude: latitude)
}

/// A closed ring through corners given as longitude and latitude.
func ring(_ corners: [(Double, Double)]) throws -> Ring {
    let points = corners.map { at($0.0, $0.1) }
    return try Ring(points + points.prefix(1))
}

func square(_ west: Double, _ south: Double, _ side: Double) throws -> Ring {
    try ring([(west, south), (west + side, south), (west + side, south + side), (west, south + side)])
}

/// A star-shaped ring around a place: simple whatever the seed, with bays and spikes.
func star(around middle: Coordinate, radius: Double, corners: Int, _ random: inout SeededRandom) throws -> Ring {
    let angles = (0..<corners).map { (Double($0) + Double.random(in: 0..<0.9, using: &random)) / Double(corners) }
    return try ring(
        angles.map { turn in
            let reach = radius * Double.random(in: 0.3...1, using: &random)
            let angle = turn * 2 * Double.pi
            return (middle.longitude + reach * cos(angle), middle.latitude + reach * sin(angle))
        })
}

/// A place within the rectangle, drawn evenly.
func anywhere(in box: BoundingBox, _ random: inout SeededRandom) -> Coordinate {
    at(Double.random(in: box.west...box.east, using: &random), Double.random(in: box.south...box.north, using: &random))
}

/// The outlines that ship with the product.
func shippedOutlines() throws -> PlaceOutlines {
    let path = FileManager.default.currentDirectoryPath + "/Resources/places/outlines.geojson"
    return try PlaceOutlines(geoJSON: Array(Data(contentsOf: URL(filePath: path))))
}

/// The code of the refusal that `body` throws; nil when it throws none.
func refusal(_ body: () throws -> Void) -> String? {
    do {
        try body()
        return nil
    } catch let refusal as Refusal {
        return refusal.message.zh.isEmpty || refusal.message.en.isEmpty ? "a refusal in one language" : refusal.code
    } catch {
        return "\(error)"
    }
}
