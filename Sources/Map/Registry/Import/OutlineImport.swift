import Geo
public import Identity
import Kernel
import Store

extension Register {
    /// Reads a GeoJSON file of estates' outlines and, when asked to apply, draws them in the deed's one transaction.
    /// The estates must be registered already; what is doubtful is asked, never guessed.
    /// - Throws: `ImportHindered` when shapes are refused or doubtful and the good ones alone were not asked for.
    public func importOutlines(
        path: String, fileName: String, _ options: ImportOptions, applies: Bool, refused: (any RefusedRows)? = nil,
        in deed: Deed
    ) throws -> ImportReport {
        try OutlineImport(self, path: path, fileName: fileName, options, applies: applies, in: deed).run(refused)
    }
}

/// One pass over the shapes of a file.
private final class OutlineImport {
    /// Further from its estate's location than this an outline is asked about; metres.
    private static let farM = 500.0

    private let register: Register
    private let options: ImportOptions
    private let applies: Bool
    private let deed: Deed
    private let desk: OutlineDesk
    private let file: OutlineFile
    private let matcher: EstateMatcher
    private let spots: EstateSpots
    private var finder: PlaceFinder
    private var points: [LocatedPoint] = []
    /// By the shape that is this estate's.
    private var shapeOf: [ID<Estate>: Int] = [:]
    private var report: ImportReport

    init(
        _ register: Register, path: String, fileName: String, _ options: ImportOptions, applies: Bool, in deed: Deed
    ) throws {
        try deed.actor.require(.importEstates)
        self.register = register
        self.options = options
        self.applies = applies
        self.deed = deed
        desk = try OutlineDesk(register, deed)
        file = try OutlineFile(path: path)
        matcher = try EstateMatcher(within: deed.actor.scope(.importEstates), in: deed.tx)
        spots = EstateSpots(matcher.known.values)
        finder = try PlaceFinder(fallback: options.place.flatMap { PlaceCode($0) }, in: deed.tx)
        report = ImportReport(fileName: fileName, sheetNames: [], sheetName: "", mapping: .none)
    }

    func run(_ refused: (any RefusedRows)?) throws -> ImportReport {
        try refused?.header(file.titles)
        for row in file.rows {
            let taken = try take(row)
            if taken.outcome == .refused || taken.outcome == .doubtful {
                try refused?.row(row.number, row.cells, reason: taken.reasons.joined)
            }
            report.add(taken)
        }
        let finding = guessDatum(points: points, claimed: options.datum, within: register.outlines)
        if finding.points > 0, finding.verdict != .fits, finding.verdict != .cannotTell {
            report.notices.append(
                Refusal("import.datum", zh: finding.message.zh, en: finding.message.en, field: "datum"))
        }
        guard report.rows > 0 else {
            throw Refusal(
                "import.empty", zh: "文件“\(report.fileName)”里没有图形。", en: "“\(report.fileName)” holds no shapes.")
        }
        guard applies else { return report }
        if report.hindrances > 0, !options.acceptGood { throw ImportHindered(report: report) }
        report.isApplied = true
        return report
    }

    private enum Found {
        case estate(EstateMatcher.Known)
        case doubtful([ID<Estate>], Refusal)
        case none(Refusal)
    }

    private func take(_ row: OutlineRow) throws -> ImportReport.Row {
        var result = ImportReport.Row(number: row.number, name: row.name, outcome: .refused)
        if options.decisions[row.number] == .skip {
            return ImportReport.Row(number: row.number, name: row.name, outcome: .skipped)
        }
        do {
            let given = try row.shape.get()
            var effort = Effort()
            let outline = try desk.outline(given, given: options.datum, .estate, &effort)
            switch try find(row, given, outline.area) {
            case .none(let why): throw why
            case .doubtful(let ids, let why): return ask(row, ids, why)
            case .estate(let estate): return try draw(outline, of: estate, row)
            }
        } catch let refusal as Refusal {
            result.reasons = [refusal]
            return result
        }
    }

    private func ask(_ row: OutlineRow, _ ids: [ID<Estate>], _ why: Refusal) -> ImportReport.Row {
        var result = ImportReport.Row(number: row.number, name: row.name, outcome: .doubtful)
        result.reasons = [why]
        let known = ids.compactMap { matcher.known[$0] }.sorted { $0.number < $1.number }
        result.candidates = known.prefix(5).map {
            .init(id: $0.id.description, number: $0.number, name: $0.name, place: $0.place)
        }
        return result
    }

    // MARK: Which estate

    /// - Parameter given: the area in the file's datum.
    private func find(_ row: OutlineRow, _ given: MultiPolygon, _ area: MultiPolygon) throws -> Found {
        if case .same(let text) = options.decisions[row.number], let id = ID<Estate>(text),
            let estate = matcher.known[id]
        {
            return .estate(estate)
        }
        guard row.isNamed else {
            note(given, nil)
            return alone(in: area)
        }
        var wanted = ReadRow(number: row.number)
        (wanted.estateNumber, wanted.officialCode, wanted.name) = (row.estateNumber, row.officialCode, row.name)
        let found = matcher.match(wanted, at: try place(of: row), isNewNeighbourhood: false)
        switch found {
        case .estate(let id):
            guard let estate = matcher.known[id] else { return .none(Register.noEstate) }
            note(given, estate)
            if !row.estateNumber.isEmpty, row.estateNumber != estate.number {
                return .doubtful([id], Self.otherNumber(row, estate))
            }
            try checkDatum(given, around: estate)
            return isFar(area, from: estate) ? .doubtful([id], Self.farAway(estate)) : .estate(estate)
        case .doubtful(let ids, let why):
            // Of several that bear one name, the one that stands inside.
            let inside = ids.compactMap { matcher.known[$0] }.filter { $0.location.map(area.contains) ?? false }
            if ids.count > 1, inside.count == 1 { return .estate(inside[0]) }
            return .doubtful(ids, Refusal("import.doubtful", zh: why.zh, en: why.en))
        case .none:
            note(given, nil)
            let inside = spots.within(area).compactMap { matcher.known[$0] }
            guard let first = inside.first else { return .none(Self.unknown(row)) }
            return .doubtful(inside.map(\.id), Self.otherName(row, first))
        }
    }

    /// Where the shape's estate lies by its words; anywhere in the file's place when it has none.
    private func place(of row: OutlineRow) throws -> PlaceCode {
        if row.words.areStated { return try finder.find(row.words).known }
        return options.place.flatMap { PlaceCode($0) } ?? .country
    }

    /// The one estate whose location lies in a shape that names none.
    private func alone(in area: MultiPolygon) -> Found {
        let inside = spots.within(area)
        if inside.count == 1, let estate = matcher.known[inside[0]] { return .estate(estate) }
        return inside.isEmpty ? .none(Self.nobody) : .doubtful(inside, Self.several(inside.count))
    }

    private func checkDatum(_ given: MultiPolygon, around estate: EstateMatcher.Known) throws {
        guard let location = estate.location,
            let likely = likelyDatum(of: given, given: options.datum, around: location)
        else { return }
        throw OutlineRules.datum(options.datum, likely: likely)
    }

    private func isFar(_ area: MultiPolygon, from estate: EstateMatcher.Known) -> Bool {
        guard let location = estate.location, !area.contains(location) else { return false }
        return area.distanceToBoundary(from: location) > Self.farM
    }

    /// Where the shape lies and where it should, to tell the datum of the file by.
    private func note(_ given: MultiPolygon, _ estate: EstateMatcher.Known?) {
        guard let middle = given.pointInside else { return }
        points.append(LocatedPoint(middle, place: estate?.place, anchor: estate?.location))
    }

    // MARK: Drawing

    private func draw(
        _ new: Outline, of known: EstateMatcher.Known, _ row: OutlineRow
    ) throws -> ImportReport.Row {
        let title = row.name.isEmpty ? "\(known.number) \(known.name)" : row.name
        if let earlier = shapeOf[known.id] { throw Self.twice(earlier) }
        guard let estate = try register.estate(known.id, in: deed.tx) else { throw Register.noEstate }
        let old = try register.outline(of: estate.id, in: deed.tx)
        shapeOf[known.id] = row.number
        guard new.text != old?.text else {
            return ImportReport.Row(number: row.number, name: title, outcome: .unchanged)
        }
        if applies { _ = try desk.draw(new, of: estate, evidence: options.source) }
        var result = ImportReport.Row(number: row.number, name: title, outcome: old == nil ? .new : .changed)
        let area = { (outline: Outline?) in outline.map { JSON.number($0.area.areaM2.rounded()) } ?? .null }
        result.changes = [.init(field: "outline", before: area(old), after: area(new))]
        return result
    }

    // MARK: What is said

    private static func twice(_ earlier: Int) -> Refusal {
        Refusal(
            "import.outline.twice", zh: "与第 \(earlier) 个图形是同一小区；请只留一个，或合并为一个多面图形。",
            en: "Shape \(earlier) is of the same estate; keep one, or join them into one multi-polygon.")
    }

    private static func unknown(_ row: OutlineRow) -> Refusal {
        Refusal(
            "import.estate.unknown", zh: "没有找到小区“\(row.called)”；请先登记小区，或更正属性中的编号、名称。",
            en: "There is no estate “\(row.called)”; register it first, or correct the number or name.", field: "name")
    }

    private static func otherNumber(_ row: OutlineRow, _ estate: EstateMatcher.Known) -> Refusal {
        Refusal(
            "import.doubtful", zh: "没有编号“\(row.estateNumber)”，名称则是 \(estate.number)“\(estate.name)”",
            en: "There is no number “\(row.estateNumber)”; the name is that of \(estate.number) “\(estate.name)”")
    }

    private static let nobody = Refusal(
        "import.outline.nobody", zh: "图形没有编号和名称，里面也没有已登记的小区；请补充属性“小区编号”。",
        en: "The shape has neither number nor name, and no registered estate lies inside; give it a property “number”.")

    private static func several(_ count: Int) -> Refusal {
        Refusal(
            "import.doubtful", zh: "图形没有编号和名称，里面有 \(count) 个小区",
            en: "The shape has neither number nor name, and \(count) estates lie inside")
    }

    private static func otherName(_ row: OutlineRow, _ estate: EstateMatcher.Known) -> Refusal {
        Refusal(
            "import.doubtful", zh: "没有登记“\(row.called)”，图形里面是“\(estate.name)”",
            en: "“\(row.called)” is not registered; “\(estate.name)” lies inside")
    }

    private static func farAway(_ estate: EstateMatcher.Known) -> Refusal {
        Refusal(
            "import.doubtful", zh: "图形离“\(estate.name)”登记的坐标超过 \(Int(farM)) 米",
            en: "The shape lies more than \(Int(farM)) m from the registered location of “\(estate.name)”")
    }
}

/// The located estates by cells of about a kilometre, to look up what lies in a shape.
private struct EstateSpots {
    private struct Cell: Hashable {
        let east: Int
        let north: Int
    }

    /// Shapes as wide as this are no estates, and are refused before anybody looks into them.
    private static let cellLimit = 400

    private var spots: [Cell: [(ID<Estate>, Coordinate)]] = [:]

    init(_ estates: some Sequence<EstateMatcher.Known>) {
        for estate in estates {
            guard let location = estate.location else { continue }
            spots[Self.cell(location.longitude, location.latitude), default: []].append((estate.id, location))
        }
    }

    private static func cell(_ longitude: Double, _ latitude: Double) -> Cell {
        Cell(east: Int((longitude * 100).rounded(.down)), north: Int((latitude * 100).rounded(.down)))
    }

    /// None for a shape that is too wide for an estate.
    func within(_ area: MultiPolygon) -> [ID<Estate>] {
        guard let box = area.box else { return [] }
        let (first, last) = (Self.cell(box.west, box.south), Self.cell(box.east, box.north))
        let (columns, rows) = (last.east - first.east + 1, last.north - first.north + 1)
        guard columns * rows <= Self.cellLimit else { return [] }
        let cells = (first.east...last.east).flatMap { east in
            (first.north...last.north).map { Cell(east: east, north: $0) }
        }
        return cells.flatMap { spots[$0] ?? [] }.filter { area.contains($0.1) }.map(\.0)
    }
}

extension HeaderMapping {
    /// Of a file without columns.
    fileprivate static let none = HeaderMapping(
        subject: .estate, headerRow: 0, headerRows: 0, columns: [], doubts: [], unknown: [])
}
