public import Kernel

extension GeoJSON {
    /// Reads one geometry, bare or as the geometry of one feature. Numbers are taken as longitude and latitude as they
    /// stand: the caller knows the datum and converts. Heights are dropped.
    ///
    /// Throws a `Refusal` (`json.…`, `geo.json.…`, `geo.ring.…`, `geo.coordinate.…`).
    public static func geometry(from bytes: [UInt8], limits: Limits = Limits()) throws -> Geometry {
        if let area = plainArea(bytes, limits) { return area }
        let json = try parsed(bytes, limits)
        var reader = GeometryReader(limits)
        switch json["type"]?.string {
        case "Feature":
            return try reader.geometry(json["geometry"] ?? .null, at: "geometry")
        case "FeatureCollection":
            throw Refusal(
                "geo.json.collection", zh: "这里需要一个图形，而文件是要素集合（FeatureCollection）；请只给出其中一个。",
                en: "One shape is wanted here, but this is a FeatureCollection; give just one of its features.",
                field: "type")
        default:
            return try reader.geometry(json, at: "geometry")
        }
    }

    /// Reads a `FeatureCollection`, in its order. The limits hold for all features together.
    public static func features(from bytes: [UInt8], limits: Limits = Limits()) throws -> [Feature] {
        var reader = GeometryReader(limits)
        return try list(from: bytes, limits).enumerated().map { index, feature in
            try reader.feature(feature, at: "features[\(index)]")
        }
    }

    /// Reads a `FeatureCollection` for a caller who judges every feature by itself: what is wrong with one geometry
    /// does not keep the others. Number, properties and geometry of each, in order; the limits hold for all together.
    public static func eachFeature(
        from bytes: [UInt8], limits: Limits = Limits(),
        _ body: (Int, JSON, Result<Geometry?, Refusal>) throws -> Void
    ) throws {
        var reader = GeometryReader(limits)
        for (index, feature) in try list(from: bytes, limits).enumerated() {
            let geometry: Result<Geometry?, Refusal>
            do {
                geometry = .success(try reader.feature(feature, at: "features[\(index)]").geometry)
            } catch let refusal as Refusal {
                geometry = .failure(refusal)
            }
            try body(index, feature["properties"] ?? .null, geometry)
        }
    }

    private static func list(from bytes: [UInt8], _ limits: Limits) throws -> [JSON] {
        let json = try parsed(bytes, limits)
        guard json["type"]?.string == "FeatureCollection", case .array(let features)? = json["features"] else {
            throw Refusal(
                "geo.json.notCollection", zh: "这不是 GeoJSON 要素集合（type 应为 FeatureCollection，并有 features）。",
                en: "This is no GeoJSON collection (type FeatureCollection with features).", field: "type")
        }
        guard features.count <= limits.features else { throw tooMany("要素", "features", limits.features) }
        return features
    }

    private static func parsed(_ bytes: [UInt8], _ limits: Limits) throws -> JSON {
        guard bytes.count <= limits.bytes else {
            throw Refusal(
                .tooLarge, "geo.json.size", zh: "GeoJSON 有 \(bytes.count) 字节，上限 \(limits.bytes)；请先简化。",
                en: "The GeoJSON has \(bytes.count) bytes, the limit is \(limits.bytes); simplify it first.",
                field: "geometry")
        }
        // Windows programs begin UTF-8 files with a byte order mark.
        let hasMark = bytes.starts(with: [0xEF, 0xBB, 0xBF])
        return try JSON(parsing: hasMark ? Array(bytes.dropFirst(3)) : bytes)
    }
}

/// Turns parsed JSON into checked shapes and counts what they use of the limits.
private struct GeometryReader {
    let limits: GeoJSON.Limits
    private var points = 0
    private var rings = 0

    init(_ limits: GeoJSON.Limits) {
        self.limits = limits
    }

    mutating func feature(_ json: JSON, at path: String) throws -> GeoJSON.Feature {
        guard json["type"]?.string == "Feature" else { throw unexpected(path, "Feature") }
        let id = json["id"].flatMap { $0.string ?? $0.integer.map { String($0) } }
        let shape = json["geometry"] ?? .null
        let geometry = shape == .null ? nil : try geometry(shape, at: "\(path).geometry")
        return GeoJSON.Feature(id: id, geometry: geometry, properties: json["properties"] ?? .null)
    }

    mutating func geometry(_ json: JSON, at path: String) throws -> Geometry {
        let coordinates = json["coordinates"] ?? .null
        let inner = "\(path).coordinates"
        switch json["type"]?.string {
        case "Point":
            guard let point = position(coordinates) else { throw unexpected(inner, Self.positionForm) }
            guard point.isOnEarth else { throw offEarth(point, "\(inner) ", "The position at \(inner)") }
            return .point(point)
        case "Polygon":
            return .polygon(try polygon(coordinates, at: inner))
        case "MultiPolygon":
            let parts = try list(coordinates, at: inner, "[[[[…]]]]")
            return .multiPolygon(
                MultiPolygon(try parts.enumerated().map { try polygon($1, at: "\(inner)[\($0)]") }))
        case let type:
            throw Refusal(
                "geo.json.type", zh: "\(path) 的图形类型“\(type ?? "")”不受支持；可用 Point、Polygon、MultiPolygon。",
                en: "The shape at \(path) has the type \"\(type ?? "")\"; use Point, Polygon or MultiPolygon.",
                field: path)
        }
    }

    private mutating func polygon(_ json: JSON, at path: String) throws -> Polygon {
        let rings = try list(json, at: path, "[[[…]]]").enumerated().map { try ring($1, at: "\(path)[\($0)]") }
        return Polygon(outer: rings[0], holes: Array(rings.dropFirst()))
    }

    private mutating func ring(_ json: JSON, at path: String) throws -> Ring {
        let positions = try list(json, at: path, "[[…]]")
        points += positions.count
        rings += 1
        if points > limits.points { throw tooMany("点", "points", limits.points) }
        if rings > limits.rings { throw tooMany("边界线", "boundary lines", limits.rings) }
        return try Ring(
            positions.enumerated().map { index, json in
                guard let point = position(json) else { throw unexpected("\(path)[\(index)]", Self.positionForm) }
                return point
            })
    }

    private static let positionForm = "[longitude, latitude]"

    /// Two numbers, and perhaps a height.
    private func position(_ json: JSON) -> Coordinate? {
        guard case .array(let numbers) = json, numbers.count >= 2, let longitude = numbers[0].double,
            let latitude = numbers[1].double
        else { return nil }
        return Coordinate(longitude: longitude, latitude: latitude)
    }

    /// A list of one element or more.
    private func list(_ json: JSON, at path: String, _ form: String) throws -> [JSON] {
        guard case .array(let elements) = json, !elements.isEmpty else { throw unexpected(path, form) }
        return elements
    }
}

private func unexpected(_ path: String, _ form: String) -> Refusal {
    Refusal(
        "geo.json.value", zh: "GeoJSON 的 \(path) 处缺少内容或内容不对，应为 \(form)。",
        en: "The GeoJSON lacks \(path) or holds something else there; it should be \(form).", field: path)
}

private func tooMany(_ zh: String, _ en: String, _ limit: Int) -> Refusal {
    Refusal(
        .tooLarge, "geo.json.tooMany", zh: "GeoJSON 的\(zh)超过上限 \(limit)；请先简化或拆分。",
        en: "The GeoJSON has more than \(limit) \(en); simplify or split it first.", field: "geometry")
}
