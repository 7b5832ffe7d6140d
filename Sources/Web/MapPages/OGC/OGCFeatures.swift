import Frame
import Geo
import Kernel
import Registry
import Store

/// One feature, ready to be written in either format.
struct OGCFeature {
    let id: String
    /// GeoJSON in CRS84, or null. Our CGCS2000 differs from WGS 84 by centimetres.
    let geometry: JSON
    /// In the order of the collection's properties.
    let values: [JSON]
}

/// One page of a collection's features.
struct OGCFeatures {
    let all: [OGCFeature]
    /// How many match; nil for a page that follows another.
    let matched: Int?
    let hasMore: Bool

    /// - Throws: refusals of kind `.malformed` for a cursor that is none of ours and a stage that there is not.
    init(_ collection: OGCCollection, _ request: OGCRequest, _ visit: Visit, in tx: Tx) throws {
        let (register, filter, limit, actor) = (visit.hall.register, request.filter, request.limit, visit.actor)
        let stages = try register.stageList(in: tx)
        if let stage = filter.stage, !stages.contains(where: { $0.code == stage }) {
            let codes = stages.map(\.code)
            throw OGCParameter.stage.refusal(
                zh: "没有这个阶段；可用的有 \(codes.joined(separator: "、"))。",
                en: "There is no such stage; there are \(codes.joined(separator: ", ")).")
        }
        switch collection {
        case .districts:
            self = try Self.districts(request, visit, in: tx)
        case .estates:
            self = try Self(
                try register.estateFeatures(filter, after: request.after(), limit: limit, for: actor, in: tx),
                at: { $0.line.place }, stages, visit, in: tx
            ) { $0.feature($1) }
        case .buildings:
            self = try Self(
                try register.buildingFeatures(filter, after: request.after(), limit: limit, for: actor, in: tx),
                at: { $0.place }, stages, visit, in: tx
            ) { $0.feature($1) }
        case .projects:
            self = try Self(
                try register.projectFeatures(filter, after: request.after(), limit: limit, for: actor, in: tx),
                at: { $0.project.place }, stages, visit, in: tx
            ) { $0.feature($1) }
        }
    }

    private init(all: [OGCFeature], matched: Int?, hasMore: Bool) {
        (self.all, self.matched, self.hasMore) = (all, matched, hasMore)
    }

    private init<Feature>(
        _ page: FeaturePage<Feature>, at place: (Feature) -> PlaceCode, _ stages: [Stage], _ visit: Visit, in tx: Tx,
        _ written: (Feature, OGCWords) throws -> OGCFeature
    ) throws {
        let words = try OGCWords(page.features.map(place), stages, visit, in: tx)
        self.init(
            all: try page.features.map { try written($0, words) }, matched: page.total, hasMore: page.hasMore)
    }

    /// The feature that the address names.
    /// - Throws: a refusal of kind `.notFound` or `.forbidden`.
    static func one(of collection: OGCCollection, _ visit: Visit, in tx: Tx) throws -> OGCFeature {
        let (register, actor) = (visit.hall.register, visit.actor)
        func words(_ place: PlaceCode) throws -> OGCWords {
            try OGCWords([place], try register.stageList(in: tx), visit, in: tx)
        }
        switch collection {
        case .districts:
            let named = try districts(visit, in: tx).first { $0.id == visit.parameters["feature"] }
            guard let named else {
                throw Refusal(
                    .notFound, "ogc.district.none", zh: "没有这个区县；请从列表中打开。",
                    en: "There is no such district; open it from the list.")
            }
            return named
        case .estates:
            let estate = try register.estateFeature(try visit.id("feature"), for: actor, in: tx)
            return estate.feature(try words(estate.line.place))
        case .buildings:
            let building = try register.buildingFeature(try visit.id("feature"), for: actor, in: tx)
            return building.feature(try words(building.place))
        case .projects:
            let project = try register.projectFeature(try visit.id("feature"), for: actor, in: tx)
            return project.feature(try words(project.project.place))
        }
    }

    // MARK: Districts

    /// They lie in memory, by code, which pages them as ids do the others. None has a time, so that all match one.
    private static func districts(_ request: OGCRequest, _ visit: Visit, in tx: Tx) throws -> OGCFeatures {
        if let cursor = request.cursor, PlaceCode(cursor) == nil { throw OGCRequest.foreignCursor }
        let boxes = request.filter.box?.parts ?? []
        let matching = try districts(visit, in: tx) { outline in
            (request.filter.place?.contains(outline.code) ?? true)
                && (boxes.isEmpty || boxes.contains { outline.shape.intersects($0) })
        }
        let following = matching.filter { $0.id > request.cursor ?? "" }
        return OGCFeatures(
            all: Array(following.prefix(request.limit)), matched: request.cursor == nil ? matching.count : nil,
            hasMore: following.count > request.limit)
    }

    private static func districts(
        _ visit: Visit, in tx: Tx, where accepts: (PlaceOutlines.Outline) -> Bool = { _ in true }
    ) throws -> [OGCFeature] {
        let scope = visit.actor.scope(.readTotals)
        let outlines = visit.hall.register.outlines.all.filter { scope.contains($0.code) && accepts($0) }
        let names = PlaceNames(try visit.hall.register.placeNames(outlines.map(\.code), in: tx))
        return try outlines.map { outline in
            OGCFeature(
                id: outline.code.digits,
                geometry: try JSON(parsing: GeoJSON.bytes(.multiPolygon(outline.shape), decimals: 6)),
                values: [.string(outline.code.digits), .string(names.name(outline.code, visit.language))])
        }
    }
}

extension OGCRequest {
    /// The feature that the page follows.
    func after<Subject>() throws -> ID<Subject>? {
        guard let cursor else { return nil }
        guard let id = ID<Subject>(cursor) else { throw Self.foreignCursor }
        return id
    }

    fileprivate static var foreignCursor: Refusal {
        OGCParameter.cursor.refusal(
            zh: "cursor 只能取自上一页的 next 链接；请从第一页重新开始。",
            en: "A cursor is taken from the link next of the page before; begin again with the first page.")
    }
}

extension BoundingBox {
    /// The box, in two halves where it reaches over the 180th meridian.
    fileprivate var parts: [BoundingBox] {
        if west <= east { return [self] }
        return [
            BoundingBox(west: west, south: south, east: 180, north: north),
            BoundingBox(west: -180, south: south, east: east, north: north),
        ]
    }
}

/// The names of the places and stages of a page, in the reader's language.
struct OGCWords {
    private let places: PlaceNames
    private let stages: StageNames
    private let language: Language

    fileprivate init(_ codes: [PlaceCode], _ stages: [Stage], _ visit: Visit, in tx: Tx) throws {
        places = PlaceNames(try visit.hall.register.placeNames(Set(codes), in: tx))
        self.stages = StageNames(stages)
        language = visit.language
    }

    fileprivate func place(_ code: PlaceCode) -> [JSON] {
        [.string(code.digits), .string(places.path(code, language))]
    }

    fileprivate func stage(_ code: String) -> [JSON] { [.string(code), .string(stages[code].name(language))] }
}

private func number(_ value: Int?) -> JSON { value.map { .integer(Int64($0)) } ?? .null }

private func area(_ value: Area?) -> JSON { value.map { .number($0.m2) } ?? .null }

private func position(_ point: Coordinate) -> JSON { .array([.number(point.longitude), .number(point.latitude)]) }

private func point(_ location: Coordinate?) -> JSON {
    location.map { .object(["type": "Point", "coordinates": position($0)]) } ?? .null
}

extension EstateFeature {
    fileprivate func feature(_ words: OGCWords) -> OGCFeature {
        OGCFeature(
            id: line.id.description, geometry: point(line.location),
            values: [.string(line.number), .string(line.name)] + words.place(line.place) + words.stage(line.stage)
                + [
                    number(line.builtFrom), number(line.builtTo), number(line.households), number(line.buildings),
                    area(line.floorArea), number(line.programmedYear), number(line.completedYear),
                    .string(changedAt.rfc3339),
                ])
    }
}

extension BuildingFeature {
    fileprivate func feature(_ words: OGCWords) -> OGCFeature {
        // A footprint that is none leaves the point: one bad row hides no other.
        let footprint = footprint.flatMap { try? JSON(parsing: $0) }
        return OGCFeature(
            id: id.description, geometry: footprint ?? point(location),
            values: [.string(name), .string(estate.description), .string(estateNumber)] + words.place(place)
                + [number(builtYear), number(floors), number(entrances), number(households), area(floorArea)])
    }
}

extension ProjectFeature {
    fileprivate func feature(_ words: OGCWords) -> OGCFeature {
        let shape: JSON = .object(["type": "MultiPoint", "coordinates": .array(points.map(position))])
        return OGCFeature(
            id: project.id.description, geometry: points.isEmpty ? .null : shape,
            values: [.string(project.number), .string(project.name)] + words.place(project.place)
                + words.stage(project.stage)
                + [
                    .string(project.stageDay.description), number(project.plannedYear), number(project.finishedYear),
                    number(estates), .string(changedAt.rfc3339),
                ])
    }
}
