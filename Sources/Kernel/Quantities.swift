/// A floor or ground area in hundredths of a square metre, so that sums are exact.
public struct Area: Hashable, Comparable, Sendable {
    public let hundredthsM2: Int64

    public init(hundredthsM2: Int64) {
        self.hundredthsM2 = hundredthsM2
    }

    /// Rounded to the nearest hundredth. Nil when not finite or beyond 10¹² m².
    public init?(m2: Double) {
        guard m2.isFinite, abs(m2) <= 1e12 else { return nil }
        hundredthsM2 = Int64((m2 * 100).rounded())
    }

    public var m2: Double { Double(hundredthsM2) / 100 }

    public static func < (left: Area, right: Area) -> Bool { left.hundredthsM2 < right.hundredthsM2 }
    public static func + (left: Area, right: Area) -> Area {
        Area(hundredthsM2: left.hundredthsM2 + right.hundredthsM2)
    }
}

/// A point on the ground in CGCS2000, which a web map may take for WGS-84. Degrees.
public struct Coordinate: Hashable, Sendable {
    public let longitude: Double
    public let latitude: Double

    public init(longitude: Double, latitude: Double) {
        self.longitude = longitude
        self.latitude = latitude
    }
}
