/// A vector tile as browsers read it: Mapbox Vector Tile 2.1, not yet compressed.
public struct VectorTile: Sendable {
    /// Units on each side of a tile; y grows to the south.
    public static let extent = 4096
    /// Units by which shapes reach into the neighbours, so that no edge shows between tiles.
    public static let buffer = 64
    /// Four layers at their own limit.
    public static let maxBytes = 4 * TileLayer.maxBytes

    /// None when no layer has features.
    public let bytes: [UInt8]
    /// Names of the layers that were left out, since the tile would have become larger than its limit.
    public let omitted: [String]
    /// Whether anything was left out because of a limit, here or in a layer.
    public let isTruncated: Bool

    /// The layers, each with its own name, from the most to the least important: one that no longer fits is left out.
    public init(_ layers: [TileLayer], maxBytes: Int = Self.maxBytes) {
        precondition(Set(layers.map(\.name)).count == layers.count, "each layer of a tile has its own name")
        var tile = Protobuf()
        var omitted: [String] = []
        for layer in layers where layer.count > 0 {
            if tile.count + Protobuf.fieldCount(layer.byteCount) <= maxBytes {
                layer.write(to: &tile)
            } else {
                omitted.append(layer.name)
            }
        }
        bytes = tile.bytes
        self.omitted = omitted
        isTruncated = !omitted.isEmpty || layers.contains(where: \.isTruncated)
    }
}
