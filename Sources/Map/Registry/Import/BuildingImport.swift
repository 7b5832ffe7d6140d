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

/// One pass over a sheet of buildings. A building is known by its estate and its code or name.
private final class BuildingImport {
    private let register: Register
    private let applies: Bool
    private let deed: Deed
    private let desk: BuildingDesk
    private let file: ImportFile
    private let reader: RowReader
    private var finder: PlaceFinder
    private let matcher: EstateMatcher
    private let options: ImportOptions
    private var notices = FileNotices()
    private var report: ImportReport
    /// Buildings by estate, looked up when a row first names it.
    private var known: [ID<Estate>: [Building]] = [:]
    /// By the row that is this building.
    private var rowOf: [ID<Building>: Int] = [:]
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
            let read = reader.read(number: number, cells)
            let row = try take(read)
            notices.judged(read, row)
            if row.outcome == .refused || row.outcome == .doubtful {
                try refused?.row(number, cells, reason: row.reasons.joined)
            }
            report.add(row)
        }
        report.notices = notices.told(of: file, options, within: register.outlines, today: deed.today)
        guard report.rows > 0 else {
            throw Refusal(
                "import.empty", zh: "文件“\(report.fileName)”没有数据行；请检查所选工作表。",
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
        notices.note(row, at: estate.place)
        let stored = try store(row, in: estate, result)
        notices.note(stored.outcome, of: row)
        return stored
    }

    /// The estate of the row: by its code, else by its name within the place.
    private func find(_ row: ReadRow) throws -> Result<EstateMatcher.Known, Refusal> {
        var wanted = ReadRow(number: row.number)
        wanted.name = row.estateName
        wanted.estateNumber = row.estateNumber
        var place: PlaceCode?
        do throws(Refusal) {
            place = try finder.find(row.words).known
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
                "import.estate.unknown", zh: "没有找到小区“\(row.estateName)”；请先登记小区，或填写小区编号。",
                en: "There is no estate “\(row.estateName)”; register it first, or give its number.",
                field: "estateName"))
    }

    private func store(
        _ row: ReadRow, in estate: EstateMatcher.Known, _ result: ImportReport.Row
    ) throws -> ImportReport.Row {
        var result = result
        var buildings = try known[estate.id] ?? register.buildings(of: estate.id, in: deed.tx)
        defer { known[estate.id] = buildings }
        let existing: Building?
        do throws(Refusal) {
            existing = try find(row, among: buildings)
        } catch {
            result.reasons = [error]
            return result
        }
        if let earlier = existing.flatMap({ rowOf[$0.id] }) {
            result.reasons = [Self.twice(earlier)]
            return result
        }
        let change = change(of: existing, row)
        let old = existing.map { BuildingState($0) }
        let new = (old ?? BuildingState()).applying(change)
        if let existing, new == old {
            rowOf[existing.id] = row.number
            return ImportReport.Row(number: row.number, name: result.name, outcome: .unchanged)
        }
        let (before, after) = new.difference(from: old)
        result.reasons = desk.refusals(of: new, changed: Set(after.members.map(\.key)))
        if existing == nil, buildings.count >= Register.buildingsLimit { result.reasons.append(Register.tooMany) }
        guard result.reasons.isEmpty else { return result }
        touched.insert(estate.id)
        guard let existing else {
            let made = NewBuilding(id: ID(at: deed.now), estate: estate.id, place: estate.place, state: new)
            if applies { try desk.insert([made], evidence: options.source, act: "building.import") }
            buildings.append(Building(made))
            rowOf[made.id] = row.number
            return ImportReport.Row(number: row.number, name: result.name, outcome: .new)
        }
        if applies { _ = try desk.correct(existing, change, evidence: options.source, act: "building.import") }
        rowOf[existing.id] = row.number
        var changed = ImportReport.Row(number: row.number, name: result.name, outcome: .changed)
        changed.changes = zip(before.members, after.members).map {
            .init(field: $0.key, before: $0.value, after: $1.value)
        }
        return changed
    }

    /// What the row wants to be true of the building. Found by its code it takes the row's name.
    private func change(of existing: Building?, _ row: ReadRow) -> BuildingChange {
        var change = BuildingChange(
            name: row.name, officialCode: row.officialCode.isEmpty ? nil : row.officialCode,
            location: row.location.map { .some($0) }, facts: row.facts)
        if let existing {
            if row.name.isEmpty || BuildingName.key(row.name) == BuildingName.key(existing.name) { change.name = nil }
            change.facts = row.facts.news(to: existing.facts, areDated: row.statesDay)
        }
        return change
    }

    /// The building of the row: by its official code, else by its name, as written or as people vary it.
    private func find(_ row: ReadRow, among buildings: [Building]) throws(Refusal) -> Building? {
        let byCode = row.officialCode.isEmpty ? nil : buildings.first { $0.officialCode == row.officialCode }
        let exact = buildings.first { NameKey.fold($0.name) == NameKey.fold(row.name) }
        let alike = buildings.filter { BuildingName.key($0.name) == BuildingName.key(row.name) }
        guard exact != nil || alike.count < 2 || byCode != nil else { throw Self.ambiguous(row.name, alike) }
        let byName = exact ?? alike.first
        guard let byCode else {
            if let code = byName?.officialCode, !row.officialCode.isEmpty { throw Self.otherCode(row, code) }
            return byName
        }
        if let byName, byName.id != byCode.id { throw Self.otherCode(row, byName.officialCode ?? "") }
        return byCode
    }

    private static func twice(_ earlier: Int) -> Refusal {
        Refusal(
            "import.building.twice", zh: "与本表第 \(earlier) 行是同一栋楼；请只留一行。",
            en: "Row \(earlier) is the same building; keep one of the rows.", field: "name")
    }

    private static func ambiguous(_ name: String, _ alike: [Building]) -> Refusal {
        let names = alike.prefix(5).map(\.name).joined(separator: "、")
        return Refusal(
            "import.building.ambiguous", zh: "“\(name)”可能是：\(names)；请照登记的名称填写。",
            en: "“\(name)” may be one of: \(names); write the name as registered.", field: "name")
    }

    private static func otherCode(_ row: ReadRow, _ code: String) -> Refusal {
        Refusal(
            "import.building.code", zh: "“\(row.name)”登记的楼栋代码是“\(code)”，表中为“\(row.officialCode)”；请核对。",
            en: "“\(row.name)” is registered with the code “\(code)”, the file says “\(row.officialCode)”; check it.",
            field: "officialCode")
    }
}

/// How people write the name of one building: 3栋, 3幢, 03栋, 第3栋, 3号楼, 3#楼.
enum BuildingName {
    /// What these have in common; a name of another make is its own key.
    static func key(_ name: String) -> String {
        var key = NameKey.fold(name)
        if key.hasPrefix("第") { key.removeFirst() }
        guard let kind = kinds.first(where: { key.hasSuffix($0) && key.count > $0.count }) else { return key }
        let rest = key.dropLast(kind.count)
        guard rest.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return key }
        return String(rest.drop { $0 == "0" })
    }

    private static let kinds = ["号楼栋", "号楼", "号栋", "号幢", "#楼", "#栋", "栋", "幢", "号", "#", "楼"]
}
