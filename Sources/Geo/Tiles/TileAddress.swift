import Kernel

/// A tile of the web map: at zoom `z` the world is a square of 2^z × 2^z tiles, counted from its north-western corner.
public struct TileAddress: Hashable, Sendable, CustomStringConvertible {
    /// A tile of the last zoom is about 8 m wide at Changsha: a building fills it.
    public static let maxZoom = 22

    public let zoom: Int
    /// From the west, 0 ..< 2^zoom.
    public let column: Int
    /// From the north, 0 ..< 2^zoom.
    public let row: Int

    /// Throws a `Refusal` (`tile.address.range`, answered as not found) when there is no such tile.
    public init(zoom: Int, column: Int, row: Int) throws {
        guard (0...Self.maxZoom).contains(zoom), (0..<1 << zoom).contains(column), (0..<1 << zoom).contains(row) else {
            throw Refusal(
                .notFound, "tile.address.range",
                zh: "没有瓦片 \(zoom)/\(column)/\(row)：级别应为 0 至 \(Self.maxZoom)，列号和行号应为 0 至 2 的“级别”次方减 1。",
                en: "There is no tile \(zoom)/\(column)/\(row): the zoom is 0 to \(Self.maxZoom), column and row are "
                    + "0 to 2^zoom − 1.",
                field: "tile")
        }
        self.init(trusted: zoom, column, row)
    }

    private init(trusted zoom: Int, _ column: Int, _ row: Int) {
        self.zoom = zoom
        self.column = column
        self.row = row
    }

    /// The cell as a tile of its zoom.
    public init(_ cell: Cell) {
        self.init(trusted: Cell.zoom, cell.column, cell.row)
    }

    /// "14/13334/6862", as in a tile's URL.
    public var description: String { "\(zoom)/\(column)/\(row)" }

    /// Nil for the world.
    public var parent: TileAddress? {
        zoom == 0 ? nil : TileAddress(trusted: zoom - 1, column >> 1, row >> 1)
    }

    /// The four quarters: north-west, north-east, south-west, south-east. None at the last zoom.
    public var children: [TileAddress] {
        guard zoom < Self.maxZoom else { return [] }
        return (0..<4).map { TileAddress(trusted: zoom + 1, column << 1 | $0 & 1, row << 1 | $0 >> 1) }
    }

    /// In degrees, wider on each side by `buffer` units, of which a tile is `VectorTile.extent` wide; cut off where the
    /// map ends.
    public func box(buffer: Int = 0) -> BoundingBox {
        let size = Double(1 << zoom)
        let margin = Double(buffer) / Double(VectorTile.extent)
        func part(_ number: Int, _ offset: Double) -> Double { min(1, max(0, (Double(number) + offset) / size)) }
        return BoundingBox(
            west: WebMercator.longitude(part(column, -margin)), south: WebMercator.latitude(part(row, 1 + margin)),
            east: WebMercator.longitude(part(column, 1 + margin)), north: WebMercator.latitude(part(row, -margin)))
    }

    /// Numbers of the cells that the tile covers, the buffer not counted; of a tile smaller than a cell, the one it
    /// lies in.
    public var cells: ClosedRange<Int64> {
        guard zoom <= Cell.zoom else {
            let above = zoom - Cell.zoom
            let number = Cell.number(column: column >> above, row: row >> above)
            return number...number
        }
        let bits = 2 * (Cell.zoom - zoom)
        let first = Cell.number(column: column, row: row) << Int64(bits)
        return first...first + (1 << Int64(bits)) - 1
    }
}
