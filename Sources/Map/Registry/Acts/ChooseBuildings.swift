public import Geo
public import Identity
public import Kernel
public import Store

/// What stands within an area drawn around it and is not the project's yet, of what the actor may put into projects.
public struct Encircled: Sendable {
    public struct Estate: Sendable, Hashable {
        public let id: ID<Registry.Estate>
        public let number: String
        public let name: String
    }

    public struct Building: Sendable, Hashable {
        public let id: ID<Registry.Building>
        public let name: String
        public let estate: ID<Registry.Estate>
    }

    /// Those that lie within, and those of the buildings; by number.
    public var estates: [Estate] = []
    /// Without those that another running project works on already.
    public var buildings: [Building] = []
    /// How many buildings these are.
    public var taken = 0
}

extension Register {
    /// Buildings around an area, and estates, that may be compared with it.
    static let encircledNearLimit = 20_000

    /// What a project would be given by `addEncircled`, changing nothing.
    /// - Throws: a `Refusal` of kind `.tooLarge` when the area, or what stands around it, is too much to compare.
    public func encircled(
        by area: MultiPolygon, for project: ID<Project>, as actor: Actor, in tx: Tx
    ) throws -> Encircled {
        let owner = try visibleProject(project, for: actor, in: tx)
        try actor.require(.editProjects, at: owner.place)
        try OutlineRules.count(area)
        guard let box = area.box else { throw OutlineRules.noArea }
        try Self.checkCrowd(around: box, in: tx)
        let scope = actor.scope(.editProjects)
        var (found, effort) = (Encircled(), Effort())
        var near: [(building: Encircled.Building, isTaken: Bool, place: Coordinate)] = []
        try tx.each(
            """
            SELECT id, name, estate, longitude, latitude, \(Self.takers(but: project)) FROM building
            WHERE \(scope, contains: "place") AND \(Self.lies(in: box))
                AND id NOT IN (SELECT building FROM project_building WHERE project = \(project))
            ORDER BY estate, length(name), name
            """
        ) { row in
            let building = Encircled.Building(id: try row[0], name: try row[1], estate: try row[2])
            let place = Coordinate(longitude: try row[3], latitude: try row[4])
            near.append((building, try row[5] as Int > 0, place))
        }
        for (each, isWithin) in zip(near, try area.contains(each: near.map(\.place), &effort)) where isWithin {
            if each.isTaken { found.taken += 1 } else { found.buildings.append(each.building) }
        }
        guard found.buildings.count <= Self.projectBuildingsLimit else { throw Self.tooManyEncircled }
        let owners = Set(found.buildings.map(\.estate))
        found.estates = try estates(within: area, box, owners, for: project, scope, &effort, in: tx)
        return found
    }

    /// Those that lie within, and the `owners` of buildings that do.
    private func estates(
        within area: MultiPolygon, _ box: BoundingBox, _ owners: Set<ID<Estate>>, for project: ID<Project>,
        _ scope: Scope, _ effort: inout Effort, in tx: Tx
    ) throws -> [Encircled.Estate] {
        var near: [(estate: Encircled.Estate, place: Coordinate)] = []
        try tx.each(
            """
            SELECT id, number, name, longitude, latitude FROM estate
            WHERE \(scope, contains: "place") AND (\(Self.lies(in: box)) OR id IN \(list: Array(owners)))
                AND id NOT IN (SELECT estate FROM project_estate WHERE project = \(project))
            ORDER BY number
            """
        ) { row in
            let estate = Encircled.Estate(id: try row[0], number: try row[1], name: try row[2])
            // Without a location it is nowhere, and comes by its buildings alone.
            let (longitude, latitude): (Double?, Double?) = (try row[3], try row[4])
            near.append((estate, Coordinate(longitude: longitude ?? .nan, latitude: latitude ?? .nan)))
        }
        let areWithin = try area.contains(each: near.map(\.place), &effort)
        return zip(near, areWithin).filter { $1 || owners.contains($0.estate.id) }.map(\.0.estate)
    }

    /// Adds the buildings within an area to a project, with their estates and the estates that lie within.
    /// - Parameter seen: the version of the project that the officer looked at.
    /// - Throws: as `correctProject`.
    public func addEncircled(
        by area: MultiPolygon, to id: ID<Project>, seen: Int, in deed: Deed
    ) throws -> (found: Encircled, correction: Correction) {
        let project = try visibleProject(id, for: deed.actor, in: deed.tx)
        let found = try encircled(by: area, for: id, as: deed.actor, in: deed.tx)
        let estates = try self.estates(of: id, in: deed.tx).map(\.id)
        let buildings = try self.buildings(of: id, in: deed.tx).map(\.id)
        let draft = ProjectDraft(
            name: project.name, estates: estates + found.estates.map(\.id),
            buildings: buildings + found.buildings.map(\.id),
            measures: try measures(of: id, in: deed.tx).map { MeasureDraft($0) }, plannedYear: project.plannedYear,
            stage: project.stage)
        return (found, try correctProject(id, draft, seen: seen, in: deed))
    }

    /// Refuses before anything is compared: a line around half the country is a slip.
    private static func checkCrowd(around box: BoundingBox, in tx: Tx) throws {
        for table in ["building", "estate"] as [SQL] {
            let near: Int? = try tx.value(
                """
                SELECT count(*) FROM
                    (SELECT 1 FROM \(table) WHERE \(cells(over: box)) LIMIT \(encircledNearLimit + 1)) AS near
                """)
            guard near ?? 0 <= encircledNearLimit else { throw tooMuchAround }
        }
    }

    /// How many other running projects work on a building.
    private static func takers(but project: ID<Project>) -> SQL {
        """
        (SELECT count(*) FROM project_building JOIN project ON project.id = project_building.project
        WHERE project_building.building = building.id AND project.id <> \(project)
            AND project.finished_year IS NULL AND \(Project.isRunning))
        """
    }

    private static func cells(over box: BoundingBox) -> SQL {
        let ranges = Cell.numbers(over: box).map { "cell BETWEEN \($0.lowerBound) AND \($0.upperBound)" as SQL }
        return ranges.isEmpty ? "FALSE" : "(\(SQL.joined(ranges, by: " OR ")))"
    }

    private static func lies(in box: BoundingBox) -> SQL {
        """
        \(cells(over: box)) AND longitude BETWEEN \(box.west) AND \(box.east)
            AND latitude BETWEEN \(box.south) AND \(box.north)
        """
    }

    private static var tooMuchAround: Refusal {
        Refusal(
            .tooLarge, "project.area.wide", zh: "所圈范围及其周边超过 \(encircledNearLimit) 栋楼或小区；请缩小范围，分几次圈选。",
            en: """
                More than \(encircledNearLimit) buildings or estates stand in and around the area; draw smaller ones, one \
                after the other.
                """, field: "polygon")
    }

    private static var tooManyEncircled: Refusal {
        Refusal(
            .tooLarge, "project.buildings.many", zh: "所圈范围内超过 \(projectBuildingsLimit) 栋楼；请缩小范围。",
            en: "More than \(projectBuildingsLimit) buildings lie within; draw a smaller area.", field: "polygon")
    }
}
