public import Kernel

/// One layer of a vector tile, written as its features are added.
///
///     var layer = TileLayer("estates", in: address)
///     let (stage, homes) = (layer.key("stage"), layer.key("homes"))
///     for estate in estates {
///         layer.addPoint(at: estate.place, [(stage, .string(estate.stage)), (homes, .int(estate.homes))])
///     }
///
/// **Limits.** At the first feature that does not fit, the layer stops and says so (`isTruncated`); it then holds just
/// the features added before, so add the important ones first. It does not throw: a map that shows less is more use to
/// its reader than a hole in the map, and there is no input that the reader could mend.
public struct TileLayer: Sendable {
    public static let maxFeatures = 20_000
    public static let maxBytes = 256 * 1024

    /// A property's name in one layer.
    public struct Key: Hashable, Sendable {
        fileprivate let number: Int
    }

    public let name: String
    /// Features in it.
    public private(set) var count = 0
    /// Whether features were left out because of a limit.
    public private(set) var isTruncated = false

    private let maxFeatures: Int
    private let maxBytes: Int
    private let grid: TileGrid
    private let frame: Protobuf
    private var features = Protobuf()
    private var keys = Protobuf()
    private var keyNames: [String] = []
    private var values = Protobuf()
    private var valueCount = 0
    private var valueNumbers = TileValueNumbers()
    // Used anew by every feature, so that none needs memory of its own.
    private var geometry = TileGeometry()
    private var tags = Protobuf()
    private var message = Protobuf()

    /// The limits count features, and bytes of the whole layer.
    public init(
        _ name: String, in address: TileAddress, maxFeatures: Int = Self.maxFeatures, maxBytes: Int = Self.maxBytes
    ) {
        self.name = name
        self.maxFeatures = maxFeatures
        self.maxBytes = maxBytes
        grid = TileGrid(address)
        var frame = Protobuf()
        frame.field(15, varint: 2)
        frame.field(1, text: name)
        frame.field(5, varint: UInt64(VectorTile.extent))
        self.frame = frame
    }

    /// To be asked once for each property, not for each feature. For this layer only.
    public mutating func key(_ name: String) -> Key {
        if let number = keyNames.firstIndex(of: name) { return Key(number: number) }
        keyNames.append(name)
        keys.field(3, text: name)
        return Key(number: keyNames.count - 1)
    }

    /// Whether it is in the layer now: it lies in the tile or its buffer, and there was room. Properties without a
    /// value are left out. A browser reads ids exactly below 2^53.
    @discardableResult
    public mutating func addPoint(
        at place: Coordinate, id: UInt64? = nil, _ properties: [(Key, TileValue?)] = []
    ) -> Bool {
        guard !isTruncated, let point = grid.point(place) else { return false }
        geometry.clear()
        geometry.points(CollectionOfOne(point))
        return add(.point, id, properties)
    }

    /// Those of the places that lie in the tile or its buffer, as one feature; otherwise as `addPoint`.
    @discardableResult
    public mutating func addPoints(
        at places: [Coordinate], id: UInt64? = nil, _ properties: [(Key, TileValue?)] = []
    ) -> Bool {
        guard !isTruncated else { return false }
        let points = places.compactMap(grid.point)
        guard !points.isEmpty else { return false }
        geometry.clear()
        geometry.points(points)
        return add(.point, id, properties)
    }

    /// What of the line lies in the tile or its buffer, simplified to the tile's grid. Not added when that is nothing
    /// or when a point is not on Earth; otherwise as `addPoint`.
    @discardableResult
    public mutating func addLine(
        _ line: [Coordinate], id: UInt64? = nil, _ properties: [(Key, TileValue?)] = []
    ) -> Bool {
        guard !isTruncated else { return false }
        let parts = grid.lines(line)
        guard !parts.isEmpty else { return false }
        geometry.clear()
        for part in parts { geometry.line(part) }
        return add(.line, id, properties)
    }

    /// What of the area lies in the tile or its buffer, simplified to the tile's grid. Not added when nothing is left,
    /// as of areas smaller than a unit; otherwise as `addPoint`.
    @discardableResult
    public mutating func addArea(
        _ area: MultiPolygon, id: UInt64? = nil, _ properties: [(Key, TileValue?)] = []
    ) -> Bool {
        guard !isTruncated else { return false }
        geometry.clear()
        var isEmpty = true
        for ring in area.polygons.lazy.flatMap(grid.rings) {
            geometry.ring(ring)
            isEmpty = false
        }
        return !isEmpty && add(.polygon, id, properties)
    }

    private enum GeometryType: UInt64 {
        case point = 1
        case line = 2
        case polygon = 3
    }

    private mutating func add(_ type: GeometryType, _ id: UInt64?, _ properties: [(Key, TileValue?)]) -> Bool {
        let (featuresBefore, valuesBefore) = (features.count, values.count)
        tags.cut(to: 0)
        for case (let key, let value?) in properties {
            guard let value = number(of: value) else { continue }
            tags.varint(UInt64(key.number))
            tags.varint(UInt64(value))
        }
        write(type, id)
        guard count < maxFeatures, byteCount <= maxBytes else {
            isTruncated = true
            features.cut(to: featuresBefore)
            values.cut(to: valuesBefore)
            return false
        }
        count += 1
        return true
    }

    private mutating func write(_ type: GeometryType, _ id: UInt64?) {
        var length = 2 + Protobuf.fieldCount(geometry.commands.count)
        if let id { length += 1 + Protobuf.varintCount(id) }
        if tags.count > 0 { length += Protobuf.fieldCount(tags.count) }
        features.begin(2, count: length)
        if let id { features.field(1, varint: id) }
        if tags.count > 0 { features.field(2, tags) }
        features.field(3, varint: type.rawValue)
        features.field(4, geometry.commands)
    }

    /// The value's place in the layer's list; nil when it cannot be written.
    private mutating func number(of value: TileValue) -> Int? {
        guard value.isWritable else { return nil }
        let number = valueNumbers.number(of: value, or: valueCount)
        guard number == valueCount else { return number }
        message.cut(to: 0)
        value.write(to: &message)
        values.field(4, message)
        valueCount += 1
        return number
    }

    /// Of the layer as a message.
    var byteCount: Int { frame.count + features.count + keys.count + values.count }

    func write(to tile: inout Protobuf) {
        tile.begin(3, count: byteCount)
        for part in [frame, features, keys, values] { tile.append(part) }
    }
}
