public import Geo
public import Kernel
public import Store

extension Register {
    /// Where the matching estates are, without the outermost ones, lest one far village shrink the city on the screen:
    /// twice the standard deviation to each side of their middle. Nil when none has a location.
    public func frame(of filter: EstateFilter, for actor: Actor, in tx: Tx) throws -> BoundingBox? {
        try actor.require(.readEstates)
        let row = try tx.first(
            """
            SELECT min(longitude) AS west, max(longitude) AS east, min(latitude) AS south, max(latitude) AS north,
                avg(longitude) AS x, avg(longitude * longitude) AS xx, avg(latitude) AS y, avg(latitude * latitude) AS yy
            FROM estate WHERE \(filter.condition(within: actor.scope(.readEstates))) AND longitude IS NOT NULL
            """)
        guard let row, let west: Double = try row["west"], let east: Double = try row["east"],
            let south: Double = try row["south"], let north: Double = try row["north"]
        else { return nil }
        // Held within the extremes, since a mean of equal numbers may be off by its last digit.
        func core(_ low: Double, _ high: Double, mean: Double, square: Double) -> ClosedRange<Double> {
            let reach = 2 * max(0, square - mean * mean).squareRoot()
            return min(max(low, mean - reach), high)...max(min(high, mean + reach), low)
        }
        let across = core(west, east, mean: try row["x"], square: try row["xx"])
        let along = core(south, north, mean: try row["y"], square: try row["yy"])
        return BoundingBox(
            west: across.lowerBound, south: along.lowerBound, east: across.upperBound, north: along.upperBound)
    }
}
