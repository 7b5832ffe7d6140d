import Kernel
import Sheets
import Store

extension Export {
    func projects(_ filter: ProjectFilter) throws -> Int {
        let words = try ExportWords(self)
        let file = try file(
            .projects,
            [
                ListColumn("number", zh: "项目编号", en: "Project number", .text),
                ListColumn("name", zh: "项目名称", en: "Project", .text),
            ] + ExportWords.columns + [
                ListColumn("stage", zh: "阶段", en: "Stage", .text),
                ListColumn("stageDay", zh: "阶段日期", en: "Stage since", .date),
                ListColumn("plannedYear", zh: "计划年度", en: "Programmed in"),
                ListColumn("finishedYear", zh: "完成年度", en: "Completed in"),
                ListColumn("estates", zh: "小区数", en: "Estates", .integer),
                ListColumn("buildings", zh: "楼栋数", en: "Buildings", .integer),
                ListColumn("households", zh: "户数", en: "Households", .integer),
                ListColumn("floorAreaM2", zh: "建筑面积（㎡）", en: "Floor area (m²)", .area), .generated,
            ])
        try register.eachProject(filter, for: reader, in: tx) { line in
            let project = line.project
            let head: [OutputCell] = [.text(project.number), .text(project.name)] + words.cells(project.place)
            try file.append(
                head + [
                    words.stage(project.stage), .date(project.stageDay), OutputCell(project.plannedYear),
                    OutputCell(project.finishedYear), .integer(line.estates), .integer(line.buildings),
                    .integer(line.households), .area(line.floorArea), .mark(project.isGenerated, language),
                ])
        }
        try file.finish()
        return file.rows
    }

    /// The work list: every contradiction with its estate, the estates with most first.
    func quality(_ place: PlaceCode?) throws -> Int {
        let words = try ExportWords(self)
        let scope = reader.scope(.readEstates)
        let within: SQL = "\(place.map { scope.narrowed(to: $0) } ?? scope, contains: "estate.place")"
        let file = try file(
            .quality,
            [
                ListColumn("number", zh: "小区编号", en: "Estate number", .text),
                ListColumn("name", zh: "小区名称", en: "Estate name", .text),
            ] + ExportWords.columns + [
                ListColumn("rule", zh: "疑点", en: "Doubt", .text), ListColumn("detail", zh: "详情", en: "Detail", .text),
                ListColumn("completeness", zh: "完整度", en: "Data known", .percent),
                ListColumn("surveyedOn", zh: "上次摸底", en: "Last surveyed", .date), .generated,
            ])
        try tx.each(
            """
            SELECT number, name, estate.place AS place, rule, detail, completeness, surveyed_on, generated
            FROM estate_issue JOIN estate ON estate.id = estate_issue.estate
            WHERE \(within) ORDER BY issues DESC, sort_key, estate.id, rule
            """
        ) { row in
            let rule: String = try row["rule"]
            let head: [OutputCell] = [.text(try row["number"]), .text(try row["name"])]
            try file.append(
                head + words.cells(try row["place"]) + [
                    .text(QualityRule(rawValue: rule)?.name(language) ?? rule), .text(try row["detail"]),
                    .number(Double(try row["completeness"] as Int) / 1000), OutputCell(try row["surveyed_on"] as Day?),
                    .mark(try row["generated"], language),
                ])
        }
        try file.finish()
        return file.rows
    }

    func checklists(_ id: ID<Checklist>?, isFound: Bool?) throws -> Int {
        let words = try ExportWords(self)
        let lists =
            try id.map { [try register.checklist($0, for: reader, in: tx)] }
            ?? register.checklists(for: reader, in: tx)
        let kinds = Dictionary(lists.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        let found: SQL = isFound.map { $0 ? "estate IS NOT NULL" : "estate IS NULL" } ?? "TRUE"
        let file = try file(
            .checklists,
            [
                ListColumn("kind", zh: "类别", en: "Kind", .text), ListColumn("source", zh: "来源", en: "Source", .text),
                ListColumn("day", zh: "日期", en: "Day", .date), ListColumn("row", zh: "行", en: "Row"),
                ListColumn("name", zh: "名单上的名称", en: "Name on the list", .text),
            ] + ExportWords.columns + [
                ListColumn("estateNumber", zh: "小区编号", en: "Estate number", .text),
                ListColumn("estateName", zh: "小区名称", en: "Estate name", .text),
                ListColumn("note", zh: "备注", en: "Note", .text), .generated,
            ])
        try tx.each(
            """
            SELECT checklist, row_number, checklist_entry.name AS entry, checklist_entry.place AS place, note,
                estate.number AS number, estate.name AS name, coalesce(estate.generated, 0) AS generated
            FROM checklist_entry LEFT JOIN estate ON estate.id = checklist_entry.estate
            WHERE checklist IN \(list: lists.map(\.id)) AND \(found) ORDER BY checklist, row_number, checklist_entry.id
            """
        ) { row in
            guard let list = kinds[try row["checklist"]] else { return }
            let head: [OutputCell] = [
                .text(list.kind.name(language)), .text(list.source), .date(list.day), .integer(try row["row_number"]),
                .text(try row["entry"]),
            ]
            try file.append(
                head + words.cells(try row["place"]) + [
                    OutputCell(try row["number"] as String?), OutputCell(try row["name"] as String?),
                    .text(try row["note"]), .mark(try row["generated"], language),
                ])
        }
        try file.finish()
        return file.rows
    }

    func places(_ place: PlaceCode?) throws -> Int {
        let words = try ExportWords(self)
        var scope = reader.scope(.readEstates)
        if let place { scope = scope.narrowed(to: place) }
        var estates: [PlaceCode: Int] = [:]
        try tx.each("SELECT place, count(*) FROM estate WHERE \(scope, contains: "place") GROUP BY place") { row in
            let (code, count): (PlaceCode, Int) = (try row[0], try row[1])
            for level in PlaceCode.Level.allCases {
                if let ancestor = code.ancestor(level) { estates[ancestor, default: 0] += count }
            }
        }
        let file = try file(
            .places,
            [
                ListColumn("code", zh: "代码", en: "Code", .text), ListColumn("name", zh: "名称", en: "Name", .text),
                ListColumn("nameEn", zh: "英文名称", en: "English name", .text),
            ] + ExportWords.columns + [
                ListColumn("confirmed", zh: "已核定", en: "Confirmed"),
                ListColumn("endedOn", zh: "撤销日期", en: "Ended", .date),
                ListColumn("mergedInto", zh: "并入", en: "Merged into", .text),
                ListColumn("estates", zh: "小区数", en: "Estates", .integer),
            ])
        let inside = scope
        for place in words.places.values.sorted(by: { $0.code < $1.code }) where inside.contains(place.code) {
            let head: [OutputCell] = [.text(place.code.digits), .text(place.name), .text(place.nameEn)]
            try file.append(
                head + words.cells(place.code) + [
                    .mark(place.isConfirmed, language), OutputCell(place.endedOn), OutputCell(place.mergedInto?.digits),
                    .integer(estates[place.code] ?? 0),
                ])
        }
        try file.finish()
        return file.rows
    }
}
