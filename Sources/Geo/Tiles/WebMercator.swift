import Glibc

/// The square map of the world that web tiles divide: 0…1 from west to east, 0…1 from north to south. It takes
/// longitude and latitude as on a sphere, which is the convention of such maps.
enum WebMercator {
    /// Degrees, north and south, where the map is as high as wide: atan(sinh π).
    static let lastLatitude = 85.051_128_779_806_6

    static func east(_ longitude: Double) -> Double { (longitude + 180) / 360 }

    /// What lies nearer to a pole counts to the map's edge.
    static func south(_ latitude: Double) -> Double {
        (1 - asinh(tan(radians(min(lastLatitude, max(-lastLatitude, latitude))))) / .pi) / 2
    }

    static func longitude(_ east: Double) -> Double { east * 360 - 180 }

    static func latitude(_ south: Double) -> Double { atan(sinh((1 - 2 * south) * .pi)) * 180 / .pi }
}
