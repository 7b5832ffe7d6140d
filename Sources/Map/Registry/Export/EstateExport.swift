import Kernel
import Sheets
import Store

/// The names of places and stages as files tell them, looked up once.
struct ExportWords {
    let places: [PlaceCode: Place]
    let stages: [String: Stage]
    let language: Language

    init(_ export: Export) throws {
        places = Dictionary(
            try export.tx.map("SELECT * FROM place") { try Place($0) }.map { ($0.code, $0) },
            uniquingKeysWith: { first, _ in first })
        stages = Dictionary(
            try export.register.stageList(in: export.tx).map { ($0.code, $0) }, uniquingKeysWith: { first, _ in first })
        language = export.language
    }

    static let columns = [
        ListColumn("district", zh: "区县", en: "District", .text),
        ListColumn("subdistrict", zh: "街道", en: "Subdistrict", .text),
        ListColumn("neighbourhood", zh: "社区", en: "Neighbourhood", .text),
    ]

    /// District, subdistrict and neighbourhood, in the spelling the import knows.
    func cells(_ code: PlaceCode) -> [OutputCell] {
        [PlaceCode.Level.district, .subdistrict, .neighbourhood].map { level in
            OutputCell(code.ancestor(level).flatMap { places[$0]?.name })
        }
    }

    func stage(_ code: String) -> OutputCell { .text(stages[code]?.name(language) ?? code) }
}

extension Export {
    /// The estates with all facts of the form, in the columns that the import reads, so that a district can correct the
    /// sheet and bring it back.
    func estates(_ filter: EstateFilter) throws -> Int {
        let form = try register.form(.estate, in: tx)
        let words = try ExportWords(self)
        let questions = form.questions.filter { $0.key != CoreFact.name }
        func column(_ key: String) -> ListColumn { ListColumn(key, form.label(key) ?? Phrase(zh: key, en: key), .text) }
        let place = [
            ListColumn("address", form.label("address") ?? Phrase(zh: "地址", en: "Address"), .text), column("aliases"),
            ListColumn("longitude", zh: "经度", en: "Longitude"), ListColumn("latitude", zh: "纬度", en: "Latitude"),
        ]
        let columns =
            [column("number"), column(CoreFact.name)] + ExportWords.columns + place
            + [column("officialCode"), column("stage"), .generated] + questions.map(ListColumn.init)
        let file = try file(.estates, columns)
        var batch: [EstateLine] = []
        func flush() throws {
            let details = try EstateDetails(batch.map(\.id), in: tx)
            for line in batch { try write(line, details, words, questions, to: file) }
            batch.removeAll(keepingCapacity: true)
        }
        try register.eachEstate(filter, for: reader, in: tx) { line in
            batch.append(line)
            if batch.count == 500 { try flush() }
        }
        try flush()
        try file.finish()
        return file.rows
    }

    private func write(
        _ line: EstateLine, _ details: EstateDetails, _ words: ExportWords, _ questions: [SurveyQuestion],
        to file: ListFile
    ) throws {
        guard let detail = details.byID[line.id] else { return }
        let head: [OutputCell] = [.text(line.number), .text(line.name)] + words.cells(line.place)
        let place: [OutputCell] = [
            .text(detail.address), .text((details.aliases[line.id] ?? []).joined(separator: "、")),
            OutputCell(line.location?.longitude), OutputCell(line.location?.latitude), OutputCell(detail.officialCode),
            words.stage(line.stage), .mark(detail.isGenerated, language),
        ]
        try file.append(
            head + place + questions.map { $0.cell(detail.facts[$0.key]) }, id: line.id.description, at: line.location)
    }

    /// The buildings of the estates that match, in the columns that the import of buildings reads.
    func buildings(_ filter: EstateFilter) throws -> Int {
        let form = try register.form(.building, in: tx)
        let words = try ExportWords(self)
        let questions = form.questions.filter { $0.key != CoreFact.name }
        func column(_ key: String) -> ListColumn { ListColumn(key, form.label(key) ?? Phrase(zh: key, en: key), .text) }
        let columns =
            [column("estateNumber"), column("estateName"), column(CoreFact.name)] + ExportWords.columns
            + [
                ListColumn("longitude", zh: "经度", en: "Longitude"), ListColumn("latitude", zh: "纬度", en: "Latitude"),
                column("officialCode"), .generated,
            ] + questions.map(ListColumn.init)
        let file = try file(.buildings, columns)
        try tx.each(
            """
            SELECT building.*, facts, estate.number AS estate_number, estate.name AS estate_name, estate.generated AS generated
            FROM building JOIN building_sheet ON building_sheet.building = building.id
                JOIN estate ON estate.id = building.estate
            WHERE building.estate IN (SELECT id FROM estate WHERE \(filter.condition(within: reader.scope(.readEstates))))
            ORDER BY estate.sort_key, estate.id, length(building.name), building.name
            """
        ) { row in
            let building = try Building(row)
            let head: [OutputCell] = [
                .text(try row["estate_number"]), .text(try row["estate_name"]), .text(building.name),
            ]
            let place: [OutputCell] = [
                OutputCell(building.location?.longitude), OutputCell(building.location?.latitude),
                OutputCell(building.officialCode), .mark(try row["generated"], language),
            ]
            try file.append(
                head + words.cells(building.place) + place + questions.map { $0.cell(building.facts[$0.key]) },
                id: building.id.description, at: building.location)
        }
        try file.finish()
        return file.rows
    }
}

/// What the lines of a list do not hold, for some hundred estates at a time.
private struct EstateDetails {
    var byID: [ID<Estate>: (address: String, officialCode: String?, isGenerated: Bool, facts: FactSheet)] = [:]
    var aliases: [ID<Estate>: [String]] = [:]

    init(_ ids: [ID<Estate>], in tx: Tx) throws {
        guard !ids.isEmpty else { return }
        try tx.each(
            """
            SELECT id, address, official_code, generated, facts FROM estate JOIN estate_sheet ON estate_sheet.estate = id
            WHERE id IN \(list: ids)
            """
        ) { byID[try $0[0]] = (try $0[1], try $0[2], try $0[3], try FactSheet(document: try $0[4])) }
        try tx.each("SELECT estate, name FROM estate_alias WHERE estate IN \(list: ids) ORDER BY name") {
            aliases[try $0[0], default: []].append(try $0[1])
        }
    }
}

extension ListColumn {
    /// A unit stands in the title where the import would read it there.
    fileprivate init(_ question: SurveyQuestion) {
        func title(_ name: String, _ unit: String) -> String {
            let isRead = question.unit.map { Unit.named(unit) == $0 } ?? false
            return isRead ? "\(name)(\(unit))" : name
        }
        self.init(
            question.key, zh: title(question.zh, question.unit?.name.zh ?? ""),
            en: title(question.en, question.unit?.name.en ?? ""))
    }
}

extension SurveyQuestion {
    fileprivate func cell(_ fact: Fact?) -> OutputCell {
        guard let fact else { return .empty }
        switch fact.value {
        case .unknown: return .empty
        // An estimate stays one when the file comes back.
        case .integer where fact.isApproximate, .number where fact.isApproximate, .years where fact.isApproximate:
            return .text("约" + cell(fact.value))
        case .integer(let number): return .integer(number)
        case .number(let number) where kind != .share: return .number(number)
        default: return .text(cell(fact.value))
        }
    }
}
