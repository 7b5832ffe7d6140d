import Geo
import Kernel
import Store

/// The cells of estates and buildings, kept beside their coordinates.
enum MapCells {
    static func cell(of location: Coordinate?) -> Int64? { location.flatMap { Cell($0)?.number } }

    /// Gives all that were stored before there were cells theirs.
    static func fill(_ tx: Tx) throws {
        for (table, key) in [("estate", "id"), ("building", "id")] as [(SQL, SQL)] {
            var cells: [(id: [UInt8], cell: Int64)] = []
            try tx.each("SELECT \(key), longitude, latitude FROM \(table) WHERE longitude IS NOT NULL") { row in
                let place = Coordinate(longitude: try row[1], latitude: try row[2])
                if let cell = cell(of: place) { cells.append((try row[0], cell)) }
            }
            for (id, cell) in cells { try tx.run("UPDATE \(table) SET cell = \(cell) WHERE \(key) = \(id)") }
        }
        try tx.run(
            "UPDATE estate SET works_year = (\(Project.worksYear)) WHERE id IN (SELECT estate FROM project_estate)")
    }
}
