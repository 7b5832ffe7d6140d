public import Geo
public import Kernel
public import Store

extension Register {
    /// Where the matching estates are, without the outermost twentieth on each side, lest one far village shrink the
    /// city on the screen. Nil when none has a location.
    public func frame(of filter: EstateFilter, for actor: Actor, in tx: Tx) throws -> BoundingBox? {
        try actor.require(.readEstates)
        // By squares of some four kilometres: few rows, whatever the number of estates.
        let squares = try tx.map(
            """
            SELECT count(*), min(longitude), min(latitude), max(longitude), max(latitude) FROM estate
            WHERE \(filter.condition(within: actor.scope(.readEstates))) AND longitude IS NOT NULL GROUP BY cell / 4
            """
        ) { row in
            (
                count: try row[0] as Int, west: try row[1] as Double, south: try row[2] as Double,
                east: try row[3] as Double, north: try row[4] as Double
            )
        }
        let spare = squares.reduce(0) { $0 + $1.count } / 20
        /// The first edge once `spare` estates are passed over.
        func edge(_ edges: [(count: Int, at: Double)], _ isBefore: (Double, Double) -> Bool) -> Double? {
            var passed = 0
            return edges.sorted { isBefore($0.at, $1.at) }.first { edge in
                passed += edge.count
                return passed > spare
            }?.at
        }
        guard let west = edge(squares.map { ($0.count, $0.west) }, <),
            let south = edge(squares.map { ($0.count, $0.south) }, <),
            let east = edge(squares.map { ($0.count, $0.east) }, >),
            let north = edge(squares.map { ($0.count, $0.north) }, >)
        else { return nil }
        return BoundingBox(west: west, south: south, east: east, north: north)
    }
}
