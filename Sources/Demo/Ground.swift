import Glibc
import Kernel

private let metresPerDegree = 111_195.0

extension Coordinate {
    /// The point so many metres further east and north; good over the few kilometres of a subdistrict.
    func moved(east: Double, north: Double) -> Coordinate {
        Coordinate(
            longitude: longitude + east / (metresPerDegree * cos(latitude / 180 * .pi)),
            latitude: latitude + north / metresPerDegree)
    }

    /// The point so far on the straight way to another: 0 is here, 1 is there.
    func moved(towards other: Coordinate, by share: Double) -> Coordinate {
        Coordinate(
            longitude: longitude + (other.longitude - longitude) * share,
            latitude: latitude + (other.latitude - latitude) * share)
    }

    /// To a tenth of a metre, so that files stay short.
    var rounded: Coordinate {
        Coordinate(
            longitude: (longitude * 1_000_000).rounded() / 1_000_000,
            latitude: (latitude * 1_000_000).rounded() / 1_000_000)
    }
}

extension Block {
    /// Rows of buildings, all the same distance apart, in the buildings' order; the estate's middle is the origin.
    /// - Parameter sizes: length and depth of each building, and how far the next row keeps off for its light; metres.
    static func rows(of sizes: [(length: Double, depth: Double, light: Double)]) -> [Block] {
        let columns =
            switch sizes.count {
            case ...2: 1
            case ...8: 2
            case ...20: 3
            case ...40: 4
            default: 6
            }
        let rows = (sizes.count + columns - 1) / columns
        let width = (sizes.map(\.length).max() ?? 0) + 9
        let height = (sizes.map { $0.depth + $0.light }.max() ?? 0)
        return sizes.enumerated().map { index, size in
            Block(
                east: (Double(index % columns) - Double(columns - 1) / 2) * width,
                north: (Double(rows - 1) / 2 - Double(index / columns)) * height, length: size.length, depth: size.depth
            )
        }
    }

    /// Metres from the estate's middle to the farthest corner.
    var reach: Double {
        let (x, y) = (abs(east) + length / 2, abs(north) + depth / 2)
        return (x * x + y * y).squareRoot()
    }

    /// The corners on the ground, the first again at the end, and the middle.
    func placed(around centre: Coordinate, turn: Double) -> (corners: [Coordinate], middle: Coordinate) {
        let (sine, cosine) = (sin(turn / 180 * .pi), cos(turn / 180 * .pi))
        func point(_ x: Double, _ y: Double) -> Coordinate {
            let (x, y) = (east + x, north + y)
            return centre.moved(east: x * cosine - y * sine, north: x * sine + y * cosine).rounded
        }
        let (x, y) = (length / 2, depth / 2)
        return ([point(-x, -y), point(x, -y), point(x, y), point(-x, y), point(-x, -y)], point(0, 0))
    }
}

/// A GeoJSON polygon of one ring.
func footprint(_ corners: [Coordinate]) -> String {
    let points = corners.map { "[\($0.longitude),\($0.latitude)]" }.joined(separator: ",")
    return "{\"type\":\"Polygon\",\"coordinates\":[[\(points)]]}"
}
