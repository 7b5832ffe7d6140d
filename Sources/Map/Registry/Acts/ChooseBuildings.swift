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
    /// What a project would be given by `addEncircled`, changing nothing.
    public func encircled(
        by area: MultiPolygon, for project: ID<Project>, as actor: Actor, in tx: Tx
    ) throws -> Encircled {
        let owner = try visibleProject(project, for: actor, in: tx)
        try actor.require(.editProjects, at: owner.place)
        try OutlineRules.count(area)
        guard let box = area.box else { throw OutlineRules.noArea }
        let scope = actor.scope(.editProjects)
        var found = Encircled()
        let taken = try Set(
            tx.map(
                """
                SELECT building FROM project_building JOIN project ON project.id = project_building.project
                WHERE project.id <> \(project) AND project.finished_year IS NULL AND \(Project.isRunning)
                """
            ) { try $0[0] as ID<Building> })
        try tx.each(
            """
            SELECT id, name, estate, longitude, latitude FROM building
            WHERE \(scope, contains: "place") AND \(Self.lies(in: box))
                AND id NOT IN (SELECT building FROM project_building WHERE project = \(project))
            ORDER BY estate, length(name), name
            """
        ) { row in
            guard try area.contains(row[3], row[4]) else { return }
            if taken.contains(try row[0]) {
                found.taken += 1
            } else {
                found.buildings.append(Encircled.Building(id: try row[0], name: try row[1], estate: try row[2]))
            }
            guard found.buildings.count <= Self.projectBuildingsLimit else { throw Self.tooManyEncircled }
        }
        let owners = Array(Set(found.buildings.map(\.estate)))
        try tx.each(
            """
            SELECT id, number, name, longitude, latitude FROM estate
            WHERE \(scope, contains: "place") AND (\(Self.lies(in: box)) OR id IN \(list: owners))
                AND id NOT IN (SELECT estate FROM project_estate WHERE project = \(project))
            ORDER BY number
            """
        ) { row in
            let estate = Encircled.Estate(id: try row[0], number: try row[1], name: try row[2])
            guard try owners.contains(estate.id) || area.contains(row[3], row[4]) else { return }
            found.estates.append(estate)
        }
        return found
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

    /// Cells are numbered so that those of a box lie between the numbers of its north-western and south-eastern ones.
    private static func lies(in box: BoundingBox) -> SQL {
        let first = Cell(Coordinate(longitude: box.west, latitude: box.north))?.number
        let last = Cell(Coordinate(longitude: box.east, latitude: box.south))?.number
        return """
            cell BETWEEN \(first) AND \(last) AND longitude BETWEEN \(box.west) AND \(box.east)
                AND latitude BETWEEN \(box.south) AND \(box.north)
            """
    }

    private static var tooManyEncircled: Refusal {
        Refusal(
            .tooLarge, "project.buildings.many", zh: "所圈范围内超过 \(projectBuildingsLimit) 栋楼；请缩小范围。",
            en: "More than \(projectBuildingsLimit) buildings lie within; draw a smaller area.", field: "polygon")
    }
}

extension MultiPolygon {
    /// False for what has no location.
    fileprivate func contains(_ longitude: Double?, _ latitude: Double?) -> Bool {
        guard let longitude, let latitude else { return false }
        return contains(Coordinate(longitude: longitude, latitude: latitude))
    }
}
