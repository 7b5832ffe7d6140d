/// A feature's geometry as commands with steps from point to point (MVT 2.1, section 4.3).
struct TileGeometry {
    private(set) var commands = Protobuf()
    private var cursor = TilePoint(x: 0, y: 0)

    /// Keeps the room it has.
    mutating func clear() {
        commands.cut(to: 0)
        cursor = TilePoint(x: 0, y: 0)
    }

    /// All points of a feature at once.
    mutating func points(_ points: some Collection<TilePoint>) { command(.moveTo, points) }

    mutating func line(_ points: [TilePoint]) {
        command(.moveTo, points.prefix(1))
        command(.lineTo, points.dropFirst())
    }

    /// Without the first point again at the end.
    mutating func ring(_ points: [TilePoint]) {
        line(points)
        commands.varint(Command.closePath.rawValue | 1 << 3)
    }

    private enum Command: UInt64 {
        case moveTo = 1
        case lineTo = 2
        case closePath = 7
    }

    private mutating func command(_ command: Command, _ points: some Collection<TilePoint>) {
        commands.varint(command.rawValue | UInt64(points.count) << 3)
        for point in points {
            commands.zigzag(point.x - cursor.x)
            commands.zigzag(point.y - cursor.y)
            cursor = point
        }
    }
}
