import Foundation

/// PyPI's `mapbox-vector-tile` and `shapely`, run as a program: another's reading of tiles, another's clipping.
public enum MapboxVectorTile {
    public struct Question: Codable {
        public var tiles: [String] = []
        public var rings: [[[Double]]] = []
        public var window = [-64.0, 4160.0]

        public init(tiles: [String] = [], rings: [[[Double]]] = []) {
            self.tiles = tiles
            self.rings = rings
        }
    }

    public struct Feature: Codable, Equatable {
        public let id: UInt64
        public let type: String
        public let parts: [[[Int]]]
        public let rings: [Int]
        public let properties: [[String]]

        public init(id: UInt64, type: String, parts: [[[Int]]], rings: [Int], properties: [[String]]) {
            self.id = id
            self.type = type
            self.parts = parts
            self.rings = rings
            self.properties = properties
        }
    }

    public struct Layer: Codable, Equatable {
        public let name: String
        public var version = 2
        public var extent = 4096
        public let features: [Feature]

        public init(name: String, features: [Feature]) {
            self.name = name
            self.features = features
        }
    }

    public struct Answer: Codable {
        public let tiles: [[Layer]]
        public let areas: [Double]
    }

    public static let isHere = JudgePython.has("mapbox_vector_tile")

    public static func ask(_ question: Question) throws -> Answer {
        let file = FileManager.default.temporaryDirectory.appending(path: "yiju-\(UUID().uuidString).json")
        defer { try? FileManager.default.removeItem(at: file) }
        try JSONEncoder().encode(question).write(to: file)
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Scripts/mvt_check.py")
        return try JSONDecoder().decode(Answer.self, from: JudgePython.run([script.path, file.path]))
    }
}
