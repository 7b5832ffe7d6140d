import Geo
public import Identity
public import Kernel
import Store

extension Register {
    /// Reads a spreadsheet of estates and says what it would change, changing nothing.
    public func previewEstates(
        path: String, fileName: String, _ options: ImportOptions, refused: (any RefusedRows)? = nil, in deed: Deed
    ) throws -> ImportReport {
        try EstateImport(self, path: path, fileName: fileName, options, applies: false, in: deed).run(refused)
    }

    /// Imports a spreadsheet of estates in the deed's one transaction.
    /// - Throws: `ImportHindered` when rows are refused or doubtful and the good ones alone were not asked for.
    public func importEstates(
        path: String, fileName: String, _ options: ImportOptions, refused: (any RefusedRows)? = nil, in deed: Deed
    ) throws -> ImportReport {
        try EstateImport(self, path: path, fileName: fileName, options, applies: true, in: deed).run(refused)
    }
}

/// Nothing was imported: some rows are refused or doubtful.
public struct ImportHindered: Error, Sendable {
    public let report: ImportReport

    public init(report: ImportReport) {
        self.report = report
    }

    public var refusal: Refusal {
        Refusal(
            "import.hindered",
            zh: "有 \(report.count(.refused)) 行被拒绝、\(report.count(.doubtful)) 行待确认,因此没有导入任何行;请更正后重试,或选择“只导入合格行”。",
            en: """
                \(report.count(.refused)) rows are refused and \(report.count(.doubtful)) are doubtful, so nothing was \
                imported. Correct them, or choose to take the good rows only.
                """)
    }
}

/// One pass over the file: each row is read, placed, matched, checked, and, when the import applies, written in
/// batches. A file that may not be taken rolls the transaction back, so that memory stays bounded whatever the file's
/// size.
private final class EstateImport {
    private static let batch = 1000

    private let register: Register
    private let options: ImportOptions
    private let applies: Bool
    private let deed: Deed
    private let desk: EstateDesk
    private let file: ImportFile
    private let reader: RowReader
    private var finder: PlaceFinder
    private var matcher: EstateMatcher
    private var report: ImportReport
    private var pending: [NewEstate] = []
    /// Estates of this very file, by the row that brought them.
    private var rowOfNew: [ID<Estate>: Int] = [:]
    private var provisional: [PlaceCode: Int] = [:]
    private var ids = IDSequence()
    private var outside = 0
    private var located = 0

    init(
        _ register: Register, path: String, fileName: String, _ options: ImportOptions, applies: Bool, in deed: Deed
    ) throws {
        try deed.actor.require(.importEstates)
        self.register = register
        self.options = options
        self.applies = applies
        self.deed = deed
        desk = try EstateDesk(register, deed)
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
            if row.outcome == .refused || row.outcome == .doubtful, let refused {
                try refused.row(number, cells, reason: row.reasons.joined)
            }
            report.add(row)
        }
        try flush()
        notice()
        guard report.rows > 0 else {
            throw Refusal(
                "import.empty", zh: "文件“\(report.fileName)”的工作表“\(report.sheetName)”没有数据行;请检查所选工作表。",
                en: "The sheet “\(report.sheetName)” of “\(report.fileName)” has no data rows; check the sheet chosen.")
        }
        guard applies else { return report }
        if report.hindrances > 0, !options.acceptGood { throw ImportHindered(report: report) }
        report.isApplied = true
        return report
    }

    /// Decides about one row and, when the import applies, sees to it that it is written.
    private func take(_ row: ReadRow) throws -> ImportReport.Row {
        guard row.refusals.isEmpty else { return refuse(row, row.refusals) }
        let place: PlaceCode
        let isNewPlace: Bool
        do throws(Refusal) {
            (place, isNewPlace) = try find(row.words)
        } catch {
            return refuse(row, [error])
        }
        guard deed.actor.may(.importEstates, at: place) else { return refuse(row, [Self.foreign(place)]) }
        switch decide(row, at: place, isNewPlace: isNewPlace) {
        case .skip: return result(row, .skipped)
        case .doubtful(let ids, let why):
            var doubtful = result(row, .doubtful)
            doubtful.reasons = [Refusal("import.doubtful", zh: why.zh, en: why.en)]
            doubtful.candidates = ids.prefix(5).compactMap { matcher.known[$0] }.map {
                .init(id: $0.id.description, number: $0.number, name: $0.name, place: $0.place)
            }
            return doubtful
        case .existing(let id): return try change(id, row, at: place, isNewPlace: isNewPlace)
        case .new: return try add(row, at: place, isNewPlace: isNewPlace)
        }
    }

    private func result(_ row: ReadRow, _ outcome: ImportReport.Outcome) -> ImportReport.Row {
        ImportReport.Row(number: row.number, name: row.name, outcome: outcome)
    }

    private func refuse(_ row: ReadRow, _ reasons: [Refusal]) -> ImportReport.Row {
        var refused = result(row, .refused)
        refused.reasons = reasons
        return refused
    }

    private enum Verdict {
        case skip, new
        case existing(ID<Estate>)
        case doubtful([ID<Estate>], Phrase)
    }

    private func decide(_ row: ReadRow, at place: PlaceCode, isNewPlace: Bool) -> Verdict {
        switch options.decisions[row.number] {
        case .skip: return .skip
        case .new: return .new
        case .same(let id): if let id = ID<Estate>(id), matcher.known[id] != nil { return .existing(id) }
        case nil: break
        }
        switch matcher.match(row, at: place, isNewNeighbourhood: isNewPlace) {
        case .none: return .new
        case .estate(let id):
            guard let earlier = rowOfNew[id] else { return .existing(id) }
            return .doubtful(
                [id], Phrase(zh: "与本表第 \(earlier) 行看起来是同一小区", en: "Looks like the estate of row \(earlier)"))
        case .doubtful(let ids, let why): return .doubtful(ids, why)
        }
    }

    private func add(
        _ row: ReadRow, at place: PlaceCode, isNewPlace: Bool
    ) throws -> ImportReport.Row {
        var state = EstateState(place: place)
        state.name = row.name
        state.address = row.address ?? ""
        state.officialCode = row.officialCode.isEmpty ? nil : row.officialCode
        state.aliases = row.aliases
        state.location = row.location
        state.facts = FactSheet(row.facts)
        let refusals = check(state)
        guard refusals.isEmpty else { return refuse(row, refusals) }
        guard row.estateNumber.isEmpty else { return refuse(row, [Self.unknownNumber(row.estateNumber)]) }
        if isNewPlace { state.place = try settle(row.words.neighbourhood, under: place) }
        let id: ID<Estate> = ids.next(at: deed.now)
        matcher.add(
            .init(id: id, number: "", name: row.name, place: state.place, location: row.location),
            officialCode: state.officialCode)
        rowOfNew[id] = row.number
        if applies {
            pending.append(NewEstate(id: id, state: state))
            if pending.count >= Self.batch { try flush() }
        }
        return result(row, .new)
    }

    private func change(
        _ id: ID<Estate>, _ row: ReadRow, at place: PlaceCode, isNewPlace: Bool
    ) throws -> ImportReport.Row {
        guard let estate = try register.estate(id, in: deed.tx) else { return refuse(row, [Register.noEstate]) }
        guard deed.actor.may(.importEstates, at: estate.place) else { return refuse(row, [Self.foreign(estate.place)]) }
        var change = EstateChange(
            address: row.address, location: row.location.map { .some($0) }, facts: row.facts.news(to: estate.facts))
        if !row.officialCode.isEmpty { change.officialCode = row.officialCode }
        let isByCode =
            row.estateNumber == estate.number || !row.officialCode.isEmpty && row.officialCode == estate.officialCode
        var aliases = Set(estate.aliases).union(row.aliases)
        if isByCode, !row.name.isEmpty, row.name != estate.name {
            change.name = row.name
            aliases.insert(estate.name)
        } else if !row.name.isEmpty, NameKey.fold(row.name) != NameKey.fold(estate.name) {
            aliases.insert(row.name)
        }
        aliases.remove(change.name ?? estate.name)
        change.aliases = aliases.sorted()
        if place.level == .neighbourhood, !isNewPlace, estate.place != place { change.place = place }
        let old = EstateState(estate)
        let new = old.applying(change)
        let (before, after) = new.difference(from: old)
        guard new != old else { return result(row, .unchanged) }
        let refusals = desk.rules.refusals(of: new, changed: Set(after.members.map(\.key)))
        guard refusals.isEmpty else { return refuse(row, refusals) }
        if applies { _ = try desk.correct(estate, change, evidence: options.source, act: "estate.import") }
        var changed = result(row, .changed)
        changed.changes = zip(before.members, after.members).map {
            .init(field: $0.key, before: $0.value, after: $1.value)
        }
        return changed
    }

    private func check(_ state: EstateState) -> [Refusal] {
        let refusals = desk.rules.refusals(of: state, areRead: true)
        if state.location != nil {
            located += 1
            if refusals.contains(where: { $0.field == "location" }) { outside += 1 }
        }
        return refusals
    }

    private func find(_ words: PlaceFinder.Words) throws(Refusal) -> (PlaceCode, isNew: Bool) {
        switch try finder.find(words) {
        case .place(let code): (code, false)
        case .newNeighbourhood(_, let subdistrict): (subdistrict, true)
        }
    }

    /// Makes the neighbourhood, or in a preview only remembers that it would be made.
    private func settle(_ name: String, under subdistrict: PlaceCode) throws -> PlaceCode {
        report.newNeighbourhoods.append(name)
        let code: PlaceCode
        if applies {
            code = try register.makeNeighbourhood(name, under: subdistrict, in: deed)
        } else {
            let ordinal = provisional[subdistrict, default: 0] + 1
            provisional[subdistrict] = ordinal
            // Letters could not be a code; in a preview nothing is stored, so any code not in use will do.
            code = PlaceCode(subdistrict.digits + String(900 - min(ordinal, 800))) ?? subdistrict
        }
        finder.add(code, named: name)
        return code
    }

    private func flush() throws {
        guard !pending.isEmpty else { return }
        let first = try desk.takeNumbers(pending.count)
        _ = try desk.insert(pending, firstNumber: first, evidence: options.source, act: "estate.import")
        pending.removeAll(keepingCapacity: true)
    }

    private func notice() {
        if located > 5, outside * 2 > located {
            report.notices.append(
                Refusal(
                    "import.datum", zh: "\(located) 个坐标中有 \(outside) 个落在本市之外:坐标系选错,或经纬度颠倒?",
                    en: """
                        \(outside) of \(located) locations lie outside the city: is the datum wrong, or are longitude and \
                        latitude swapped?
                        """,
                    field: "datum"))
        }
        if !file.mapping.unknown.isEmpty {
            let titles = file.mapping.unknown.prefix(20).map { "“\($0.title)”" }.joined(separator: "、")
            report.notices.append(
                Refusal(
                    "import.columns", zh: "未识别的列不会导入:\(titles)。", en: "Columns not understood are left out: \(titles).")
            )
        }
    }

    /// Numbers are given by Yiju: one that nobody has is a slip, not a new estate.
    private static func unknownNumber(_ number: String) -> Refusal {
        Refusal(
            "import.number.unknown", zh: "没有编号“\(number)”的小区;新小区请将编号留空,由系统给出。",
            en: "There is no estate with the number “\(number)”; leave it empty for a new estate, Yiju gives it one.",
            field: "number")
    }

    private static func foreign(_ place: PlaceCode) -> Refusal {
        Refusal(
            .forbidden, "import.foreign", zh: "\(place) 不在您的管辖范围。", en: "\(place) is not in your area.",
            field: "subdistrict")
    }
}

extension [String: Fact] {
    /// The facts that say something new. A sheet does not tell "about 320" from "320" once it was exported: the same
    /// value given as exact is no news.
    func news(to known: FactSheet) -> [String: Fact] {
        filter { key, fact in
            guard let old = known[key], old.value == fact.value else { return true }
            return fact.isApproximate && !old.isApproximate
        }
    }
}

extension [Refusal] {
    /// All reasons in one sentence of each language.
    var joined: Phrase {
        Phrase(zh: map(\.message.zh).joined(separator: ";"), en: map(\.message.en).joined(separator: " "))
    }
}
