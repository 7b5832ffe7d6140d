public import Geo
public import Kernel
public import Store

/// Which features of a collection are asked for. Every part is optional and all must hold; a part that a kind of
/// feature does not have restricts nothing.
public struct FeatureFilter: Sendable, Hashable {
    /// Features that lie in it, and those without a location. Where `west` is larger than `east` it reaches over the
    /// 180th meridian.
    public var box: BoundingBox?
    /// Last changed not before this instant.
    public var since: Instant?
    /// Last changed not after this instant.
    public var until: Instant?
    public var place: PlaceCode?
    public var stage: String?
    /// The public number, all of it.
    public var number: String?

    public init() {}
}

/// One page of features in the order of their ids, which never change: whoever leafs through them while others edit
/// meets each once.
public struct FeaturePage<Feature: Sendable>: Sendable {
    public let features: [Feature]
    /// How many match in all; nil for a page that follows another, whose reader knows.
    public let total: Int?
    public let hasMore: Bool
}

/// An estate as others may have it.
public struct EstateFeature: Sendable {
    public let line: EstateLine
    public let changedAt: Instant
}

/// A building as others may have it.
public struct BuildingFeature: Sendable {
    public let id: ID<Building>
    public let name: String
    public let estate: ID<Estate>
    public let estateNumber: String
    public let place: PlaceCode
    public let builtYear: Int?
    public let floors: Int?
    public let entrances: Int?
    public let households: Int?
    public let floorArea: Area?
    public let location: Coordinate?
    /// A GeoJSON polygon in CGCS2000.
    public let footprint: String?
}

/// A project as others may have it.
public struct ProjectFeature: Sendable {
    public let project: Project
    public let changedAt: Instant
    /// How many estates it has, located or not.
    public let estates: Int
    /// Where those of them lie that have a location.
    public let points: [Coordinate]
}

extension Register {
    /// Features of one page.
    public static let featureLimit = 1000

    /// - Parameters:
    ///   - after: the last feature of the page before; nil for the first page.
    ///   - limit: at most `featureLimit`.
    public func estateFeatures(
        _ filter: FeatureFilter, after: ID<Estate>? = nil, limit: Int, for actor: Actor, in tx: Tx
    ) throws -> FeaturePage<EstateFeature> {
        try actor.require(.readEstates)
        let conditions =
            filter.conditions(on: "estate", within: actor.scope(.readEstates)) + filter.changed("estate")
            + filter.named("estate") + filter.located(longitude: "estate.longitude", latitude: "estate.latitude")
        return try page(EstateFeature.columns, of: "estate", conditions, after: after, limit: limit, in: tx) {
            try EstateFeature($0)
        }
    }

    /// - Throws: a refusal of kind `.notFound` or `.forbidden`, as `visibleEstate`.
    public func estateFeature(_ id: ID<Estate>, for actor: Actor, in tx: Tx) throws -> EstateFeature {
        try actor.require(.readEstates)
        guard let row = try tx.first("SELECT \(EstateFeature.columns) FROM estate WHERE id = \(id)") else {
            throw Self.noEstate
        }
        let feature = try EstateFeature(row)
        try actor.require(.readEstates, at: feature.line.place)
        return feature
    }

    /// Buildings lie where their point is, whatever their footprint covers. Parameters as of `estateFeatures`.
    public func buildingFeatures(
        _ filter: FeatureFilter, after: ID<Building>? = nil, limit: Int, for actor: Actor, in tx: Tx
    ) throws -> FeaturePage<BuildingFeature> {
        try actor.require(.readEstates)
        let conditions =
            filter.conditions(on: "building", within: actor.scope(.readEstates))
            + filter.located(longitude: "building.longitude", latitude: "building.latitude")
        return try page(BuildingFeature.columns, of: "building", conditions, after: after, limit: limit, in: tx) {
            try BuildingFeature($0)
        }
    }

    /// - Throws: a refusal of kind `.notFound` or `.forbidden`, as `visibleBuilding`.
    public func buildingFeature(_ id: ID<Building>, for actor: Actor, in tx: Tx) throws -> BuildingFeature {
        try actor.require(.readEstates)
        guard let row = try tx.first("SELECT \(BuildingFeature.columns) FROM building WHERE id = \(id)") else {
            throw Self.noBuilding
        }
        let feature = try BuildingFeature(row)
        try actor.require(.readEstates, at: feature.place)
        return feature
    }

    /// Projects lie where any of their estates does. Parameters as of `estateFeatures`.
    public func projectFeatures(
        _ filter: FeatureFilter, after: ID<Project>? = nil, limit: Int, for actor: Actor, in tx: Tx
    ) throws -> FeaturePage<ProjectFeature> {
        try actor.require(.readEstates)
        let conditions =
            filter.conditions(on: "project", within: actor.scope(.readEstates)) + filter.changed("project")
            + filter.named("project") + filter.locatedByEstates(within: actor.scope(.readEstates))
        let page = try page(ProjectFeature.columns, of: "project", conditions, after: after, limit: limit, in: tx) {
            try ProjectFeature($0)
        }
        return FeaturePage(
            features: try located(page.features, within: actor.scope(.readEstates), in: tx), total: page.total,
            hasMore: page.hasMore)
    }

    /// - Throws: a refusal of kind `.notFound` or `.forbidden`, as `visibleProject`.
    public func projectFeature(_ id: ID<Project>, for actor: Actor, in tx: Tx) throws -> ProjectFeature {
        try actor.require(.readEstates)
        let found = try tx.map("SELECT \(ProjectFeature.columns) FROM project WHERE id = \(id)") {
            try ProjectFeature($0)
        }
        guard let feature = try located(found, within: actor.scope(.readEstates), in: tx).first else {
            throw Self.noProject
        }
        try actor.require(.readEstates, at: feature.project.place)
        return feature
    }

    private func page<Subject, Feature>(
        _ columns: SQL, of table: SQL, _ conditions: [SQL], after: ID<Subject>?, limit: Int, in tx: Tx,
        _ read: (Row) throws -> Feature
    ) throws -> FeaturePage<Feature> {
        let condition = SQL.all(conditions)
        let limit = min(max(limit, 1), Self.featureLimit)
        let following: SQL = after.map { "AND \(table).id > \($0)" } ?? ""
        let features = try tx.map(
            """
            SELECT \(columns) FROM \(table) WHERE \(condition) \(following) ORDER BY \(table).id LIMIT \(limit + 1)
            """, read)
        let total: Int? =
            after == nil ? try tx.value("SELECT count(*) FROM \(table) WHERE \(condition)") ?? 0 : nil
        return FeaturePage(
            features: Array(features.prefix(limit)), total: total, hasMore: features.count > limit)
    }

    /// The same projects with the points of those of their estates that lie in the scope: one may have been moved.
    private func located(_ projects: [ProjectFeature], within scope: Scope, in tx: Tx) throws -> [ProjectFeature] {
        var points: [ID<Project>: [Coordinate]] = [:]
        try tx.each(
            """
            SELECT project, longitude, latitude FROM project_estate JOIN estate ON estate.id = project_estate.estate
            WHERE project IN \(list: projects.map(\.project.id)) AND longitude IS NOT NULL
                AND \(scope, contains: "estate.place")
            ORDER BY project_estate.project, project_estate.estate
            """
        ) { points[try $0[0], default: []].append(Coordinate(longitude: try $0[1], latitude: try $0[2])) }
        return projects.map {
            ProjectFeature(
                project: $0.project, changedAt: $0.changedAt, estates: $0.estates, points: points[$0.project.id] ?? [])
        }
    }
}

extension FeatureFilter {
    fileprivate func conditions(on table: SQL, within scope: Scope) -> [SQL] {
        ["\(place.map { scope.narrowed(to: $0) } ?? scope, contains: "\(table).place")"]
    }

    fileprivate func changed(_ table: SQL) -> [SQL] {
        var conditions: [SQL] = []
        if let since { conditions.append("\(table).changed_at >= \(since)") }
        if let until { conditions.append("\(table).changed_at <= \(until)") }
        return conditions
    }

    fileprivate func named(_ table: SQL) -> [SQL] {
        var conditions: [SQL] = []
        if let stage { conditions.append("\(table).stage = \(stage)") }
        if let number { conditions.append("\(table).number = \(number)") }
        return conditions
    }

    fileprivate func located(longitude: SQL, latitude: SQL) -> [SQL] {
        guard let box else { return [] }
        return ["(\(longitude) IS NULL OR \(Self.inside(box, longitude, latitude)))"]
    }

    fileprivate func locatedByEstates(within scope: Scope) -> [SQL] {
        guard let box else { return [] }
        let estates: SQL = """
            SELECT 1 FROM project_estate JOIN estate ON estate.id = project_estate.estate
            WHERE project_estate.project = project.id AND \(scope, contains: "estate.place") AND
            """
        return [
            """
            (EXISTS (\(estates) \(Self.inside(box, "estate.longitude", "estate.latitude")))
                OR NOT EXISTS (\(estates) estate.longitude IS NOT NULL))
            """
        ]
    }

    /// The one place that says in SQL what lies in a box.
    private static func inside(_ box: BoundingBox, _ longitude: SQL, _ latitude: SQL) -> SQL {
        let either: SQL = box.west <= box.east ? "AND" : "OR"
        return """
            (\(longitude) >= \(box.west) \(either) \(longitude) <= \(box.east))
            AND \(latitude) BETWEEN \(box.south) AND \(box.north)
            """
    }
}

extension EstateFeature {
    fileprivate static let columns: SQL = "\(EstateLine.columns), changed_at"

    fileprivate init(_ row: Row) throws {
        self.init(line: try EstateLine(row), changedAt: try row["changed_at"])
    }
}

extension BuildingFeature {
    fileprivate static let columns: SQL = """
        id, name, estate, (SELECT number FROM estate WHERE estate.id = building.estate) AS estate_number, place,
        built_year, floors, entrances, households, floor_area, longitude, latitude, footprint
        """

    fileprivate init(_ row: Row) throws {
        let longitude: Double? = try row["longitude"]
        let latitude: Double? = try row["latitude"]
        self.init(
            id: try row["id"], name: try row["name"], estate: try row["estate"],
            estateNumber: try row["estate_number"], place: try row["place"], builtYear: try row["built_year"],
            floors: try row["floors"], entrances: try row["entrances"], households: try row["households"],
            floorArea: try row["floor_area"],
            location: longitude.flatMap { longitude in
                latitude.map { Coordinate(longitude: longitude, latitude: $0) }
            },
            footprint: try row["footprint"])
    }
}

extension ProjectFeature {
    fileprivate static let columns: SQL = """
        \(Project.columns), (SELECT count(*) FROM project_estate WHERE project = project.id) AS estate_count
        """

    fileprivate init(_ row: Row) throws {
        self.init(
            project: try Project(row), changedAt: try row["changed_at"], estates: try row["estate_count"], points: [])
    }
}
