public import Kernel

/// The outlines of a city's districts, simplified: good enough to draw a map and to notice a coordinate in the wrong
/// district. They prove no boundary.
public struct PlaceOutlines: Sendable {
    public struct Outline: Sendable {
        public let code: PlaceCode
        public let name: String
        public let shape: MultiPolygon
    }

    /// By code.
    public let all: [Outline]

    /// Reads a `FeatureCollection` in CGCS2000 whose features have the properties `code` (a place code) and `name`
    /// and an area. Throws a `Refusal` that names the feature.
    public init(geoJSON bytes: [UInt8], limits: GeoJSON.Limits = GeoJSON.Limits()) throws {
        var outlines: [PlaceCode: Outline] = [:]
        for (index, feature) in try GeoJSON.features(from: bytes, limits: limits).enumerated() {
            guard let code = feature.properties["code"]?.string.flatMap({ PlaceCode($0) }),
                let name = feature.properties["name"]?.string,
                let shape = feature.geometry?.area
            else {
                throw Refusal(
                    "geo.outlines.feature", zh: "轮廓文件第 \(index + 1) 个要素缺少区划代码 code、名称 name 或面图形。",
                    en: "Feature \(index + 1) of the outlines lacks a place code \"code\", a \"name\" or an area.",
                    field: "features[\(index)]")
            }
            guard outlines.updateValue(Outline(code: code, name: name, shape: shape), forKey: code) == nil else {
                throw Refusal(
                    "geo.outlines.twice", zh: "轮廓文件中区划 \(code) 出现两次。",
                    en: "The outlines hold the place \(code) twice.", field: "features[\(index)]")
            }
        }
        guard !outlines.isEmpty else {
            throw Refusal("geo.outlines.empty", zh: "轮廓文件没有任何区划。", en: "The outlines hold no place.")
        }
        all = outlines.values.sorted { $0.code < $1.code }
    }

    public subscript(code: PlaceCode) -> Outline? { all.first { $0.code == code } }

    /// The district a place lies in; on a shared border the one with the smaller code; nil outside the city.
    public func district(at place: Coordinate) -> PlaceCode? {
        all.first { $0.shape.contains(place) }?.code
    }
}
