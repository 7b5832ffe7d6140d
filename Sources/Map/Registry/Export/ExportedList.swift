public import Identity
public import Kernel
public import Store

/// A list that leaves as a file, with what it is filtered by.
public enum ExportedList: Sendable {
    case estates(EstateFilter)
    /// The buildings of the estates that match.
    case buildings(EstateFilter)
    case projects(ProjectFilter)
    /// What the data-quality rules find, a row each.
    case quality(PlaceCode?)
    /// The names on cross-check lists: of one, or of all the reader may see.
    case checklists(ID<Checklist>?, isFound: Bool?)
    case places(PlaceCode?)
    /// Accounts and posts, without telephone numbers.
    case people(PlaceCode?, @Sendable (Person, [Post]) -> Bool)
    /// The record, of one kind of thing unless that is empty, with what its acts are called.
    case record(RecordFilter, kind: String, act: @Sendable (String) -> Phrase)

    /// Which list it is: the subject of its line in the record, the word on the command line.
    public enum Kind: String, Sendable, CaseIterable {
        case estates, buildings, projects, quality, checklists, places, people, record

        public var name: Phrase {
            switch self {
            case .estates: Phrase(zh: "小区", en: "estates")
            case .buildings: Phrase(zh: "楼栋", en: "buildings")
            case .projects: Phrase(zh: "项目", en: "projects")
            case .quality: Phrase(zh: "数据疑点", en: "doubtful data")
            case .checklists: Phrase(zh: "比对名单", en: "cross-check lists")
            case .places: Phrase(zh: "区划", en: "places")
            case .people: Phrase(zh: "人员", en: "people")
            case .record: Phrase(zh: "操作记录", en: "record")
            }
        }

        /// GeoJSON for what stands on the map.
        public var formats: [ExportFormat] {
            self == .estates || self == .buildings ? ExportFormat.allCases : [.xlsx, .csv]
        }

        /// What one must be allowed to see of it, beside exporting.
        public var right: Right {
            switch self {
            case .estates, .buildings, .projects, .quality, .checklists, .places: .readEstates
            case .people: .managePeople
            case .record: .readRecord
            }
        }
    }

    public var kind: Kind {
        switch self {
        case .estates: .estates
        case .buildings: .buildings
        case .projects: .projects
        case .quality: .quality
        case .checklists: .checklists
        case .places: .places
        case .people: .people
        case .record: .record
        }
    }

    /// The place it is narrowed to.
    public var place: PlaceCode? {
        switch self {
        case .estates(let filter), .buildings(let filter): filter.place
        case .projects(let filter): filter.place
        case .quality(let place), .places(let place), .people(let place, _): place
        case .checklists: nil
        case .record(let filter, _, _): filter.within
        }
    }

    /// What else it is narrowed by, for the record.
    fileprivate var conditions: [JSON.Member] {
        switch self {
        case .estates(let filter), .buildings(let filter):
            [
                JSON.Member("text", .string(filter.text)),
                JSON.Member("stages", .array(filter.stages.sorted().map(JSON.string))),
            ]
        case .projects(let filter):
            [JSON.Member("text", .string(filter.text)), JSON.Member("stage", .string(filter.stage ?? ""))]
        case .quality, .checklists, .places, .people, .record: []
        }
    }
}

/// What every list needs on its way into a file.
struct Export {
    let register: Register
    let format: ExportFormat
    let path: String
    let language: Language
    let vault: Vault
    let today: Day
    /// Reads only where it may export as well.
    let reader: Actor
    let tx: Tx

    func file(_ kind: ExportedList.Kind, _ columns: [ListColumn], limit: Int = ListFile.rowLimit) throws -> ListFile {
        try ListFile(kind.name(language), columns, as: format, to: path, in: language, limit: limit)
    }
}

extension Register {
    /// Writes a list into a file, as far as the actor may both see and export it.
    /// - Returns: how many rows.
    /// - Throws: a refusal without either right, for a format the list has not, or for too many rows.
    public func export(
        _ list: ExportedList, as format: ExportFormat, to path: String, language: Language, vault: Vault, today: Day,
        for actor: Actor, in tx: Tx
    ) throws -> Int {
        let kind = list.kind
        try actor.require(.exportLists)
        try actor.require(kind.right)
        if let place = list.place { try actor.require(.exportLists, at: place) }
        guard kind.formats.contains(format) else {
            throw Refusal(
                "export.format", zh: "“\(kind.name.zh)”没有坐标，不能导出为 GeoJSON；请用 XLSX 或 CSV。",
                en: "The list of \(kind.name.en) has no locations for GeoJSON; use XLSX or CSV.", field: "format")
        }
        let export = Export(
            register: self, format: format, path: path, language: language, vault: vault, today: today,
            reader: actor.holding(kind.right, onlyWhere: .exportLists), tx: tx)
        switch list {
        case .estates(let filter): return try export.estates(filter)
        case .buildings(let filter): return try export.buildings(filter)
        case .projects(let filter): return try export.projects(filter)
        case .quality(let place): return try export.quality(place)
        case .checklists(let id, let isFound): return try export.checklists(id, isFound: isFound)
        case .places(let place): return try export.places(place)
        case .people(let place, let accepts): return try export.people(place, accepts)
        case .record(let filter, let kind, let act): return try export.record(filter, kind: kind, act)
        }
    }

    /// An export leaves a line in the record: who took what out.
    public func recordExport(_ list: ExportedList, as format: ExportFormat, rows: Int, in deed: Deed) throws {
        let city = try city(in: deed.tx)
        let told = [
            JSON.Member("format", .string(format.rawValue)), JSON.Member("rows", .integer(Int64(rows))),
            JSON.Member("place", .string(list.place?.digits ?? "")),
        ]
        try deed.record(
            "list.export", on: Subject("list", list.kind.rawValue),
            at: list.place ?? deed.actor.scope(.exportLists).places.first ?? city.code,
            after: JSON.object(told + list.conditions).text)
    }
}
