public import Kernel

/// Reading and writing GeoJSON (RFC 7946) with points, polygons and multi-polygons: what the map and exports need.
public enum GeoJSON {
    /// What a reader accepts. JSON nested deeper than 64 levels is refused by the parser.
    public struct Limits: Sendable {
        public let bytes: Int
        /// Of all rings together; one ring may have `Ring.maxPoints`.
        public let points: Int
        public let rings: Int
        public let features: Int

        public init(bytes: Int = 4_000_000, points: Int = 100_000, rings: Int = 10_000, features: Int = 10_000) {
            self.bytes = bytes
            self.points = points
            self.rings = rings
            self.features = features
        }
    }

    /// A thing with its properties.
    public struct Feature: Hashable, Sendable {
        public let id: String?
        public let geometry: Geometry?
        /// An object, or null where the feature has none.
        public let properties: JSON
    }
}
