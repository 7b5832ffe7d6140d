import Kernel

extension GeoJSON {
    /// A polygon or multi-polygon written as Yiju itself writes it, read some ten times faster than through a JSON
    /// tree: a tile has hundreds. Nil for any other text, also a wrong one, which `geometry(from:)` then judges.
    static func plainArea(_ bytes: [UInt8], _ limits: Limits) -> Geometry? {
        guard bytes.count <= limits.bytes else { return nil }
        return bytes.withUnsafeBufferPointer { PlainReader($0, limits).geometry() }
    }
}

private struct PlainReader {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var next = 0
    private var points: Int
    private var rings: Int

    init(_ bytes: UnsafeBufferPointer<UInt8>, _ limits: GeoJSON.Limits) {
        self.bytes = bytes
        (points, rings) = (limits.points, limits.rings)
    }

    consuming func geometry() -> Geometry? {
        if take("{\"type\":\"Polygon\",\"coordinates\":"), let polygon = polygon(), ends() { return .polygon(polygon) }
        next = 0
        if take("{\"type\":\"MultiPolygon\",\"coordinates\":"), let parts = list({ $0.polygon() }), ends() {
            return .multiPolygon(MultiPolygon(parts))
        }
        return nil
    }

    private mutating func ends() -> Bool { take("}") && next == bytes.count }

    private mutating func polygon() -> Polygon? {
        guard let rings = list({ $0.ring() }) else { return nil }
        return Polygon(outer: rings[0], holes: Array(rings.dropFirst()))
    }

    private mutating func ring() -> Ring? {
        guard let line = list({ $0.position() }) else { return nil }
        points -= line.count
        rings -= 1
        return points >= 0 && rings >= 0 ? try? Ring(line) : nil
    }

    private mutating func position() -> Coordinate? {
        guard take("["), let longitude = number(), take(","), let latitude = number(), take("]") else { return nil }
        return Coordinate(longitude: longitude, latitude: latitude)
    }

    /// One element or more.
    private mutating func list<Element>(_ element: (inout Self) -> Element?) -> [Element]? {
        guard take("[") else { return nil }
        var elements: [Element] = []
        repeat {
            guard let element = element(&self) else { return nil }
            elements.append(element)
        } while take(",")
        return take("]") ? elements : nil
    }

    /// Up to 15 digits and a point among them: then the digits and the power of ten are exact numbers, and their
    /// quotient is the nearest there is, as a full reader's.
    private mutating func number() -> Double? {
        let isNegative = take("-")
        let first = next
        var (digits, decimals) = (0, 0)
        func digit() -> Int? {
            guard next < bytes.count, bytes[next] &- 48 < 10 else { return nil }
            return Int(bytes[next] - 48)
        }
        while let digit = digit() {
            digits = digits &* 10 &+ digit
            next += 1
        }
        guard next > first, next == first + 1 || bytes[first] != UInt8(ascii: "0") else { return nil }
        if take(".") {
            while let digit = digit() {
                digits = digits &* 10 &+ digit
                decimals += 1
                next += 1
            }
            guard decimals > 0 else { return nil }
        }
        guard next - first <= 16 else { return nil }
        let value = Double(digits) / powersOfTen[decimals]
        return isNegative ? -value : value
    }

    private mutating func take(_ text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        guard next + count <= bytes.count else { return false }
        for index in 0..<count where bytes[next + index] != text.utf8Start[index] { return false }
        next += count
        return true
    }
}

private let powersOfTen: [Double] = (0...16).map { (0..<$0).reduce(1.0) { power, _ in power * 10 } }
