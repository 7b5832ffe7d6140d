import Components
import Foundation
import Geo
import Kernel

/// Lays outlines out on the wall's drawing: all of them, and those too small for their names once more, larger, in a
/// frame below.
struct WallSketch {
    private typealias Place = (x: Double, y: Double)

    private static let width = 760.0
    private static let height = 720.0
    /// What a name with its figure takes.
    private static let nameHeight = 52.0
    /// A district less wide or high than this is drawn once more.
    private static let small = (width: 116.0, height: 64.0)

    let map: Wall.Map

    /// - Parameters:
    ///   - districts: their outlines in the order of `Wall.districts`, nil for one that has none. Nil when none has.
    ///   - nameWidth: of the drawing's 760, what a name takes.
    init?(_ districts: [PlaceOutlines.Outline?], nameWidth: Double = 84) {
        let outlines = districts.enumerated().compactMap { index, outline in
            outline.map { (district: index, shape: $0.shape) }
        }
        guard let box = outlines.compactMap(\.shape.box).union else { return nil }
        let whole = View(of: box, into: (0, 0, Self.width, Self.height))
        let small = Set(
            outlines.indices.filter { index in
                outlines[index].shape.box.map { whole.size($0) }
                    .map { $0.width < Self.small.width || $0.height < Self.small.height } ?? false
            })
        let crowd = small.count < outlines.count ? small.compactMap { outlines[$0].shape.box }.union : nil
        guard let core = crowd?.widened(by: 0.03) else {
            map = Wall.Map(
                size: (Int(Self.width), Int(whole.used.height)),
                city: Self.shapes(outlines, in: whole, labelling: Set(outlines.indices), nameWidth),
                core: [], frame: nil, spot: nil)
            return
        }
        let above = min(whole.used.height, Self.height * 0.45)
        let city = View(of: box, into: (0, 0, Self.width, above))
        let close = View(of: core, into: (0, above + 20, Self.width * 0.74, Self.height - above - 20))
        let near = outlines.indices.filter { outlines[$0].shape.box?.intersects(core) ?? false }
        map = Wall.Map(
            size: (Int(Self.width), Int(Self.height)),
            city: Self.shapes(outlines, in: city, labelling: Set(outlines.indices).subtracting(small), nameWidth),
            core: Self.shapes(outlines, only: near, in: close, labelling: small, nameWidth),
            frame: close.frame, spot: city.place(core))
    }

    private static func shapes(
        _ outlines: [(district: Int, shape: MultiPolygon)], only: [Int]? = nil, in view: View,
        labelling named: Set<Int>, _ nameWidth: Double
    ) -> [Wall.Shape] {
        let shown = (only ?? Array(outlines.indices)).map { (index: $0, shape: outlines[$0].shape) }
        let middles = shown.filter { named.contains($0.index) }.compactMap { index, shape in
            shape.centroid.map { (index: index, at: view.point($0)) }
        }
        let labels = apart(middles, nameWidth)
        return shown.map { index, shape in
            let lines = shape.simplified(toleranceM: view.metres).polygons.flatMap(\.rings)
            return Wall.Shape(
                district: outlines[index].district, path: lines.map { view.path($0) }.joined(),
                label: labels[index].map { (Int($0.x), Int($0.y)) })
        }
    }

    /// From north to south each name gives way downwards to those above it.
    private static func apart(_ middles: [(index: Int, at: Place)], _ nameWidth: Double) -> [Int: Place] {
        var placed: [Int: Place] = [:]
        for (index, middle) in middles.sorted(by: { ($0.at.y, $0.index) < ($1.at.y, $1.index) }) {
            var at = middle
            for other in placed.values.sorted(by: { $0.y < $1.y })
            where abs(other.x - at.x) < nameWidth && abs(other.y - at.y) < nameHeight {
                at.y = other.y + nameHeight
            }
            placed[index] = at
        }
        return placed
    }

    /// A part of the Earth, flat, on a part of the drawing, as large as it fits.
    private struct View {
        private let box: BoundingBox
        private let scale: Double
        private let squeeze: Double
        private let origin: Place
        let used: (width: Double, height: Double)

        init(of box: BoundingBox, into room: (x: Double, y: Double, width: Double, height: Double)) {
            self.box = box
            squeeze = cos((box.south + box.north) / 2 * .pi / 180)
            let (width, height) = (max(box.east - box.west, 1e-6) * squeeze, max(box.north - box.south, 1e-6))
            scale = min(room.width / width, room.height / height)
            used = (width * scale, height * scale)
            origin = (room.x, room.y)
        }

        /// A tolerance that nobody sees, in metres: a degree of latitude is 111.2 km.
        var metres: Double { 111_200 / scale * 0.9 }

        var frame: Wall.Map.Box { (Int(origin.x), Int(origin.y), Int(used.width), Int(used.height)) }

        func point(_ at: Coordinate) -> Place {
            (origin.x + (at.longitude - box.west) * squeeze * scale, origin.y + (box.north - at.latitude) * scale)
        }

        func size(_ box: BoundingBox) -> (width: Double, height: Double) {
            ((box.east - box.west) * squeeze * scale, (box.north - box.south) * scale)
        }

        func place(_ box: BoundingBox) -> Wall.Map.Box {
            let (corner, size) = (point(Coordinate(longitude: box.west, latitude: box.north)), size(box))
            return (Int(corner.x), Int(corner.y), Int(size.width), Int(size.height))
        }

        func path(_ ring: Ring) -> String {
            let points = ring.points.dropLast().map { point($0) }.map { "\(tenths($0.x)) \(tenths($0.y))" }
            return "M" + points.joined(separator: "L") + "Z"
        }

        private func tenths(_ number: Double) -> String {
            let tenths = Int((number * 10).rounded())
            let rest = abs(tenths) % 10
            return (tenths < 0 ? "-" : "") + "\(abs(tenths) / 10)" + (rest == 0 ? "" : ".\(rest)")
        }
    }
}

extension [BoundingBox] {
    fileprivate var union: BoundingBox? { first.map { dropFirst().reduce($0) { $0.union($1) } } }
}

extension BoundingBox {
    fileprivate func widened(by share: Double) -> BoundingBox {
        let (x, y) = ((east - west) * share, (north - south) * share)
        return BoundingBox(west: west - x, south: south - y, east: east + x, north: north + y)
    }
}
