public import Kernel

extension GeoJSON {
    /// One geometry as JSON text. Outer rings are written counter-clockwise, holes clockwise.
    /// - Parameter decimals: digits after the point, 0 to 9; seven are about a centimetre.
    public static func text(_ geometry: Geometry, decimals: Int = 7) -> String {
        String(decoding: bytes(geometry, decimals: decimals), as: UTF8.self)
    }

    public static func bytes(_ geometry: Geometry, decimals: Int = 7) -> [UInt8] {
        var out = JSONBytes(decimals: decimals)
        out.append(geometry)
        return out.bytes
    }
}

/// Writes a `FeatureCollection` feature by feature, one a line. `drain()` between features streams a long one.
public struct FeatureCollectionWriter: Sendable {
    private var out: JSONBytes
    private var isFirst = true

    /// - Parameter decimals: digits after the point, 0 to 9; seven are about a centimetre.
    public init(decimals: Int = 7) {
        out = JSONBytes(decimals: decimals)
        out.append("{\"type\":\"FeatureCollection\",\"features\":[")
    }

    /// Properties are written in the order given; the caller sees to it that no name comes twice.
    public mutating func append(_ geometry: Geometry?, id: String? = nil, properties: [JSON.Member] = []) {
        out.append(isFirst ? "\n{\"type\":\"Feature\"" : ",\n{\"type\":\"Feature\"")
        isFirst = false
        if let id {
            out.append(",\"id\":")
            out.append(json: .string(id))
        }
        out.append(",\"properties\":")
        out.append(json: .object(properties))
        out.append(",\"geometry\":")
        if let geometry { out.append(geometry) } else { out.append("null") }
        out.append("}")
    }

    /// What was written since the last call.
    public mutating func drain() -> [UInt8] {
        defer { out.bytes.removeAll(keepingCapacity: true) }
        return out.bytes
    }

    /// Ends the collection: the bytes not drained yet. Nothing may be appended afterwards.
    public consuming func finish() -> [UInt8] {
        out.append("\n]}\n")
        return out.bytes
    }
}

/// JSON as it grows. Bytes rather than a `String`: no re-validation, and a coordinate costs no allocation.
private struct JSONBytes: Sendable {
    var bytes: [UInt8] = []
    private let decimals: Int
    private let scale: Double

    init(decimals: Int) {
        self.decimals = min(9, max(0, decimals))
        scale = (0..<self.decimals).reduce(1.0) { power, _ in power * 10 }
    }

    mutating func append(_ literal: StaticString) {
        literal.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    mutating func append(_ geometry: Geometry) {
        switch geometry {
        case .point(let point):
            append("{\"type\":\"Point\",\"coordinates\":")
            append(point)
        case .polygon(let polygon):
            append("{\"type\":\"Polygon\",\"coordinates\":")
            append(polygon)
        case .multiPolygon(let multi):
            append("{\"type\":\"MultiPolygon\",\"coordinates\":")
            list(multi.polygons) { $0.append($1) }
        }
        append("}")
    }

    mutating func append(json: JSON) {
        var text = ""
        json.write(to: &text)
        bytes.append(contentsOf: text.utf8)
    }

    private mutating func append(_ polygon: Polygon) {
        append("[")
        append(polygon.outer, counterClockwise: true)
        for hole in polygon.holes {
            append(",")
            append(hole, counterClockwise: false)
        }
        append("]")
    }

    private mutating func append(_ ring: Ring, counterClockwise: Bool) {
        if ring.isCounterClockwise == counterClockwise {
            list(ring.points) { $0.append($1) }
        } else {
            list(ring.points.reversed()) { $0.append($1) }
        }
    }

    private mutating func list<Items: Collection>(_ items: Items, _ write: (inout Self, Items.Element) -> Void) {
        append("[")
        var isFirst = true
        for item in items {
            if !isFirst { append(",") }
            isFirst = false
            write(&self, item)
        }
        append("]")
    }

    private mutating func append(_ point: Coordinate) {
        append("[")
        append(degrees: point.longitude)
        append(",")
        append(degrees: point.latitude)
        append("]")
    }

    /// Fixed point without trailing zeros, by whole numbers: several times quicker than printing a `Double`. A position
    /// off Earth, which no checked geometry holds, becomes 0 rather than broken JSON.
    private mutating func append(degrees: Double) {
        let scaled = (degrees * scale).rounded()
        var rest = abs(scaled) <= 360 * scale ? Int(scaled) : 0
        if rest < 0 {
            bytes.append(UInt8(ascii: "-"))
            rest = -rest
        }
        let whole = rest / Int(scale)
        var fraction = rest % Int(scale)
        bytes.append(contentsOf: String(whole).utf8)
        guard fraction > 0 else { return }
        bytes.append(UInt8(ascii: "."))
        var digit = Int(scale) / 10
        while fraction > 0 {
            bytes.append(UInt8(ascii: "0") + UInt8(fraction / digit))
            fraction %= digit
            digit /= 10
        }
    }
}
