import Foundation
import Geo
import Kernel
import Registry
import TestSupport

/// Shapes to draw around the estates of a test's town, which stand at 113.012° E 28.176° N unless told otherwise.
enum Sketch {
    static let middle = Coordinate(longitude: 113.012, latitude: 28.176)

    static func area(_ corners: [Coordinate]) throws -> MultiPolygon {
        MultiPolygon([Polygon(outer: try Ring(corners + corners.prefix(1)))])
    }

    /// A square of this many degrees to each side of its middle: 0.001 is some 100 m.
    static func square(_ reach: Double, around middle: Coordinate = middle) throws -> MultiPolygon {
        let (x, y) = (middle.longitude, middle.latitude)
        let corners = [(x - reach, y - reach), (x + reach, y - reach), (x + reach, y + reach), (x - reach, y + reach)]
        return try area(corners.map { Coordinate(longitude: $0, latitude: $1) })
    }

    /// Simple whatever the seed, with bays and spikes, shallower the more there are.
    static func star(_ corners: Int, _ random: inout SeededRandom) throws -> MultiPolygon {
        let least = 1 - min(0.7, 40 / Double(corners))
        return try area(
            (0..<corners).map { corner in
                let turn = (Double(corner) + Double.random(in: 0..<0.5, using: &random)) / Double(corners)
                let reach = 0.01 * Double.random(in: least...1, using: &random)
                return Coordinate(
                    longitude: middle.longitude + reach * cos(2 * .pi * turn),
                    latitude: middle.latitude + reach * sin(2 * .pi * turn))
            })
    }

    /// Teeth that all reach over the same latitudes: with whatever stands there, each must be compared.
    static func comb(teeth: Int, _ reach: Double, around middle: Coordinate = middle) throws -> MultiPolygon {
        let (west, south, step) = (middle.longitude - reach, middle.latitude - reach, 2 * reach / Double(teeth))
        let corners = (0..<teeth).flatMap { tooth in
            [(Double(tooth), south), (Double(tooth) + 0.5, south + 1.9 * reach)]
        }
        let back = [(Double(teeth), south + 2 * reach), (Double(teeth), south - reach), (0, south - reach)]
        return try area((corners + back).map { Coordinate(longitude: west + $0.0 * step, latitude: $0.1) })
    }

    /// As a map in this datum shows it.
    static func shown(_ area: MultiPolygon, in datum: Datum) throws -> MultiPolygon {
        try self.area(area.polygons[0].outer.points.dropLast().map { datum.fromCGCS2000($0) })
    }

    static func text(_ area: MultiPolygon) -> String { GeoJSON.text(area.geometry, decimals: 9) }

    /// A collection of shapes with their properties as JSON objects.
    static func collection(_ features: [(properties: String, geometry: String)]) -> String {
        let list = features.map { #"{"type":"Feature","properties":\#($0.properties),"geometry":\#($0.geometry)}"# }
        return #"{"type":"FeatureCollection","features":[\#(list.joined(separator: ","))]}"#
    }
}
