public import Identity
import Kernel
import Store

extension Register {
    /// Reads a spreadsheet of buildings and says what it would change, changing nothing.
    public func previewBuildings(
        path: String, fileName: String, _ options: ImportOptions, refused: (any RefusedRows)? = nil, in deed: Deed
    ) throws -> ImportReport {
        try BuildingImport(self, path: path, fileName: fileName, options, applies: false, in: deed).run(refused)
    }

    /// Imports a spreadsheet of buildings in the deed's one transaction. Their estates must be registered already.
    /// - Throws: `ImportHindered` when rows are refused or doubtful and the good ones alone were not asked for.
    public func importBuildings(
        path: String, fileName: String, _ options: ImportOptions, refused: (any RefusedRows)? = nil, in deed: Deed
    ) throws -> ImportReport {
        try BuildingImport(self, path: path, fileName: fileName, options, applies: true, in: deed).run(refused)
    }
}

/// One pass over a sheet of buildings. A building is known by its estate and its name.
private final class BuildingImport {
    private let register: Register
    private let applies: Bool
    private let deed: Deed
    private let desk: BuildingDesk
    private let file: ImportFile
    private let reader: RowReader
    private let finder: PlaceFinder
    private let matcher: EstateMatcher
    private let options: ImportOptions
    private var report: ImportReport
    /// Buildings by estate, looked up when a row first names it.
    private var known: [ID<Estate>: [String: Building]] = [:]
    private var seen: [ID<Estate>: Set<String>] = [:]
    private var touched: Set<ID<Estate>> = []

    init(
        _ register: Register, path: String, fileName: String, _ options: ImportOptions, applies: Bool, in deed: Deed
    ) throws {
        try deed.actor.require(.importEstates)
        self.register = register
        self.applies = applies
        self.deed = deed
        self.options = options
        desk = try BuildingDesk(register, deed)
        file = try ImportFile(path: path, fileName: fileName, form: desk.form, options: options)
        reader = RowReader(form: desk.form, mapping: file.mapping, options: options, today: deed.today)
        finder = try PlaceFinder(fallback: options.place.flatMap { PlaceCode($0) }, in: deed.tx)
        matcher = try EstateMatcher(within: deed.actor.scope(.importEstates), in: deed.tx)
        report = ImportReport(
            fileName: fileName, sheetNames: file.sheetNames, sheetName: file.sheetName, mapping: file.mapping)
    }

    func run(_ refused: (any RefusedRows)?) throws -> ImportReport {
        try refused?.header(file.titles)
        try file.eachRow { number, cells in
            let row = try take(reader.read(number: number, cells))
            if row.outcome == .refused || row.outcome == .doubtful {
                try refused?.row(number, cells, reason: row.reasons.joined)
            }
            report.add(row)
        }
        guard report.rows > 0 else {
            throw Refusal(
                "import.empty", zh: "文件“\(report.fileName)”没有数据行;请检查所选工作表。",
                en: "“\(report.fileName)” has no data rows; check the sheet chosen.")
        }
        guard applies else { return report }
        if report.hindrances > 0, !options.acceptGood { throw ImportHindered(report: report) }
        for estate in touched { try register.reassess(estate, in: deed) }
        report.isApplied = true
        return report
    }

    private func take(_ row: ReadRow) throws -> ImportReport.Row {
        var result = ImportReport.Row(number: row.number, name: "\(row.estateName) \(row.name)", outcome: .refused)
        guard row.refusals.isEmpty else {
            result.reasons = row.refusals
            return result
        }
        if case .skip = options.decisions[row.number] {
            return ImportReport.Row(number: row.number, name: result.name, outcome: .skipped)
        }
        let estate: EstateMatcher.Known
        switch try find(row) {
        case .failure(let refusal):
            result.reasons = [refusal]
            return result
        case .success(let found): estate = found
        }
        guard deed.actor.may(.importEstates, at: estate.place) else {
            result.reasons = [
                Refusal(
                    .forbidden, "import.foreign", zh: "\(estate.name)不在您的管辖范围。",
                    en: "\(estate.name) is not in your area.")
            ]
            return result
        }
        guard seen[estate.id, default: []].insert(NameKey.fold(row.name)).inserted else {
            result.reasons = [
                Refusal(
                    "import.building.twice", zh: "本表中该楼栋重复出现。", en: "The building appears twice in this file.",
                    field: "name")
            ]
            return result
        }
        return try store(row, in: estate, result)
    }

    /// The estate of the row: by its code, else by its name within the place.
    private func find(_ row: ReadRow) throws -> Result<EstateMatcher.Known, Refusal> {
        var wanted = ReadRow(number: row.number)
        wanted.name = row.estateName
        wanted.estateNumber = row.estateNumber
        var place: PlaceCode?
        do throws(Refusal) {
            switch try finder.find(row.words) {
            case .place(let code), .newNeighbourhood(_, let code): place = code
            }
        } catch {
            // Without a place a code may still name the estate.
            guard !row.estateNumber.isEmpty else { return .failure(error) }
        }
        switch matcher.match(wanted, at: place ?? .country, isNewNeighbourhood: false) {
        case .estate(let id):
            if let estate = matcher.known[id] { return .success(estate) }
        case .doubtful(_, let why):
            return .failure(Refusal("import.doubtful", zh: why.zh, en: why.en, field: "estateName"))
        case .none: break
        }
        return .failure(
            Refusal(
                "import.estate.unknown", zh: "没有找到小区“\(row.estateName)”;请先登记小区,或填写小区编号。",
                en: "There is no estate “\(row.estateName)”; register it first, or give its number.",
                field: "estateName"))
    }

    private func store(
        _ row: ReadRow, in estate: EstateMatcher.Known, _ result: ImportReport.Row
    ) throws -> ImportReport.Row {
        var result = result
        if known[estate.id] == nil {
            let buildings = try register.buildings(of: estate.id, in: deed.tx)
            known[estate.id] = Dictionary(
                buildings.map { (NameKey.fold($0.name), $0) }, uniquingKeysWith: { first, _ in first })
        }
        let change = BuildingChange(
            name: row.name, officialCode: row.officialCode.isEmpty ? nil : row.officialCode,
            location: row.location.map { .some($0) }, facts: row.facts)
        let existing = known[estate.id]?[NameKey.fold(row.name)]
        let old = existing.map { BuildingState($0) }
        var wanted = change
        if let existing {
            wanted.name = nil
            wanted.facts = row.facts.news(to: existing.facts)
        }
        let new = (old ?? BuildingState()).applying(wanted)
        guard new != old else {
            return ImportReport.Row(number: row.number, name: result.name, outcome: .unchanged)
        }
        let (before, after) = new.difference(from: old)
        result.reasons = desk.refusals(of: new, changed: Set(after.members.map(\.key)))
        guard result.reasons.isEmpty else { return result }
        touched.insert(estate.id)
        guard let existing else {
            if applies {
                let id = ID<Building>(at: deed.now)
                try desk.insert(
                    [NewBuilding(id: id, estate: estate.id, place: estate.place, state: new)],
                    evidence: options.source, act: "building.import")
            }
            return ImportReport.Row(number: row.number, name: result.name, outcome: .new)
        }
        if applies { _ = try desk.correct(existing, wanted, evidence: options.source, act: "building.import") }
        var changed = ImportReport.Row(number: row.number, name: result.name, outcome: .changed)
        changed.changes = zip(before.members, after.members).map {
            .init(field: $0.key, before: $0.value, after: $1.value)
        }
        return changed
    }
}
