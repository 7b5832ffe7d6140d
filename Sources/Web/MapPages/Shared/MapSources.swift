import Components
import Frame
import Geo
import Html
import Kernel
import Registry
import Store

extension MapSource {
    /// The programme's years begin with 2018; the tiles tell each estate's stage in every year since.
    private static let firstYear = 2018

    /// The map of what `query` lets through, with the names of the districts.
    init(_ query: EstateQuery, frame: MapFrame?, _ visit: Visit, in tx: Tx) throws {
        let (register, t) = (visit.hall.register, visit.language)
        let names = PlaceNames(try register.placeNames(register.outlines.all.map(\.code), in: tx))
        self.init(
            tiles: query.link("/tiles/{z}/{x}/{y}.mvt"),
            years: Self.firstYear...max(Self.firstYear, visit.dataDay.year),
            names: register.outlines.all.compactMap { outline in
                // In the middle of the largest part, lest a name stand outside its district.
                outline.shape.polygons.max { $0.areaM2 < $1.areaM2 }
                    .map { Name(names.name(outline.code, t), $0.centroid) }
            }, frame: frame)
    }
}

extension MapFrame {
    init(_ box: BoundingBox) {
        self.init(west: box.west, south: box.south, east: box.east, north: box.north)
    }
}
