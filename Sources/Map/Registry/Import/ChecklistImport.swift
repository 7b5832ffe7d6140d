public import Identity
import Kernel
import Store

extension Register {
    /// Reads a list of another department, finds its estates and, when asked to apply, flags them. Names not found are
    /// kept on the list as they stand, and told.
    public func importChecklist(
        path: String, fileName: String, _ options: ImportOptions, applies: Bool, refused: (any RefusedRows)? = nil,
        in deed: Deed
    ) throws -> ImportReport {
        try deed.actor.require(.importChecklists)
        guard let kind = options.checklist.flatMap(Checklist.Kind.init) else {
            throw Refusal(
                "checklist.kind", zh: "请选择名单类别：征拆、D 级危房、历史保护或已享受补助。",
                en: "Choose the kind of list: demolition, grade D, heritage or subsidised.", field: "checklist")
        }
        let reading = try ChecklistReading(self, path: path, fileName: fileName, options, in: deed)
        try reading.run(refused)
        guard applies else { return reading.report }
        if reading.report.hindrances > 0, !options.acceptGood { throw ImportHindered(report: reading.report) }
        let place = Self.common(reading.entries.map(\.place)) ?? .country
        _ = try importChecklist(
            kind, source: options.source, day: options.day.flatMap { Day($0) } ?? deed.today, at: place,
            reading.entries,
            in: deed)
        reading.report.isApplied = true
        return reading.report
    }
}

private final class ChecklistReading {
    private let file: ImportFile
    private let reader: RowReader
    private var finder: PlaceFinder
    private let matcher: EstateMatcher
    private let deed: Deed
    private(set) var entries: [ChecklistEntry] = []
    var report: ImportReport

    init(_ register: Register, path: String, fileName: String, _ options: ImportOptions, in deed: Deed) throws {
        self.deed = deed
        let form = try register.form(.estate, in: deed.tx)
        file = try ImportFile(path: path, fileName: fileName, form: form, options: options)
        reader = RowReader(form: form, mapping: file.mapping, options: options, today: deed.today)
        finder = try PlaceFinder(fallback: options.place.flatMap { PlaceCode($0) }, in: deed.tx)
        matcher = try EstateMatcher(within: deed.actor.scope(.importChecklists), in: deed.tx)
        report = ImportReport(
            fileName: fileName, sheetNames: file.sheetNames, sheetName: file.sheetName, mapping: file.mapping)
    }

    func run(_ refused: (any RefusedRows)?) throws {
        try refused?.header(file.titles)
        try file.eachRow { number, cells in
            let row = reader.read(number: number, cells)
            var result = ImportReport.Row(number: number, name: row.name, outcome: .refused)
            do throws(Refusal) {
                let place = try place(of: row)
                switch matcher.match(row, at: place, isNewNeighbourhood: false) {
                case .estate(let id):
                    result = .init(number: number, name: row.name, outcome: .new)
                    entries.append(entry(row, place, id))
                case .none:
                    result = .init(number: number, name: row.name, outcome: .unchanged)
                    entries.append(entry(row, place, nil))
                case .doubtful(_, let why):
                    result = .init(number: number, name: row.name, outcome: .doubtful)
                    result.reasons = [Refusal("import.doubtful", zh: why.zh, en: why.en)]
                }
            } catch {
                result.reasons = [error]
            }
            if !result.reasons.isEmpty { try refused?.row(number, cells, reason: result.reasons.joined) }
            report.add(result)
        }
        report.notices = FileNotices.columns(of: file)
    }

    private func place(of row: ReadRow) throws(Refusal) -> PlaceCode {
        if let refusal = row.refusals.first { throw refusal }
        let code = try finder.find(row.words).known
        guard deed.actor.may(.importChecklists, at: code) else {
            throw Refusal(.forbidden, "import.foreign", zh: "\(code) 不在您的管辖范围。", en: "\(code) is not in your area.")
        }
        return code
    }

    private func entry(_ row: ReadRow, _ place: PlaceCode, _ estate: ID<Estate>?) -> ChecklistEntry {
        ChecklistEntry(
            row: row.number, name: String(row.name.prefix(100)), place: place, note: String(row.note.prefix(200)),
            estate: estate)
    }
}
