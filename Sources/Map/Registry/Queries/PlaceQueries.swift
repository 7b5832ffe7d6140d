public import Kernel
public import Store

extension Register {
    /// One place by its code. Places are public.
    public func place(_ code: PlaceCode, in tx: Tx) throws -> Place? {
        try tx.first("SELECT * FROM place WHERE code = \(code)").map { try Place($0) }
    }

    /// The places directly below `parent`, by name, without those that have ended.
    public func places(below parent: PlaceCode, in tx: Tx) throws -> [Place] {
        try tx.map("SELECT * FROM place WHERE parent = \(parent) AND ended_on IS NULL ORDER BY code") { try Place($0) }
    }

    /// All places of a level within `scope`, by code.
    public func places(at level: PlaceCode.Level, within scope: Scope, in tx: Tx) throws -> [Place] {
        try tx.map(
            """
            SELECT * FROM place WHERE level = \(level.rawValue) AND ended_on IS NULL
                AND \(scope, contains: "code") ORDER BY code
            """
        ) { try Place($0) }
    }

    /// The names of the places on the way down to `code`: district, subdistrict, neighbourhood.
    public func path(of code: PlaceCode, in tx: Tx) throws -> [Place] {
        let codes = [PlaceCode.Level.district, .subdistrict, .neighbourhood].compactMap { code.ancestor($0) }
        return try tx.map("SELECT * FROM place WHERE code IN \(list: codes) ORDER BY code") { try Place($0) }
    }

    /// Names of the places of many estates, looked up at once for a list.
    public func placeNames(_ codes: some Sequence<PlaceCode>, in tx: Tx) throws -> [PlaceCode: Place] {
        var wanted = Set<PlaceCode>()
        for code in codes {
            for level in [PlaceCode.Level.district, .subdistrict, .neighbourhood] {
                if let ancestor = code.ancestor(level) { wanted.insert(ancestor) }
            }
        }
        let places = try tx.map("SELECT * FROM place WHERE code IN \(list: wanted.sorted())") { try Place($0) }
        return Dictionary(places.map { ($0.code, $0) }, uniquingKeysWith: { first, _ in first })
    }
}

extension Place {
    init(_ row: Row) throws {
        self.init(
            code: try row["code"], name: try row["name"], nameEn: try row["name_en"],
            isConfirmed: try row["confirmed"], endedOn: try row["ended_on"], mergedInto: try row["merged_into"])
    }
}
