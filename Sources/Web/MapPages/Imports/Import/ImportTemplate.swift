import Components
import Frame
import Html
import Kernel
import Registry
import Sheets
import Store

/// An empty workbook with the columns an import reads, and a second sheet that tells how to fill them.
struct ImportTemplate {
    let kind: ImportKind
    let survey: SurveyForm

    static let routes: [Route] = [
        .look("/imports/template/{kind}.xlsx", .right(.importEstates)) { visit in
            guard let kind = visit.parameters["kind"].flatMap({ ImportKind(rawValue: $0) }), kind.isSheet else {
                throw Visit.notFound
            }
            let register = visit.hall.register
            let survey = try await visit.hall.database.read { tx in
                try register.form(kind == .buildings ? .building : .estate, in: tx)
            }
            let path = Scratch.path()
            do {
                try ImportTemplate(kind: kind, survey: survey).write(to: path)
            } catch {
                Scratch.remove(path)
                throw error
            }
            let name = visit.language("\(kind.name.zh)导入模板.xlsx", "\(kind.name.en) template.xlsx")
            return .download(.file(path: path, removeAfter: true), name: name, type: ExportFormat.xlsx.mediaType)
        }
    ]

    private struct Column {
        let title: String
        let en: String
        let isRequired: Bool
        var unit = ""
        var way: Phrase
        var choices = ""
        var help: Phrase?
        var format = SheetColumn.Format.general
    }

    func write(to path: String) throws {
        let writer = try WorkbookWriter(path: path)
        let columns = self.columns
        try writer.beginSheet(kind.name.zh, columns: columns.map { SheetColumn($0.title, $0.format) })
        try writer.beginSheet(
            "填写说明 Notes",
            columns: [
                SheetColumn("列 Column", width: 24), SheetColumn("英文 English", width: 32), SheetColumn("必填 Required"),
                SheetColumn("单位 Unit"), SheetColumn("写法 How to write it", width: 40),
                SheetColumn("可选答案 Answers", width: 40),
                SheetColumn("说明 Help", width: 60),
            ])
        for rule in Self.rules { try writer.append([.text(rule.zh), .text(rule.en)]) }
        for column in columns {
            try writer.append([
                .text(column.title), .text(column.en), .text(column.isRequired ? "是 yes" : ""), .text(column.unit),
                .text(column.way.both), .text(column.choices), .text(column.help?.both ?? ""),
            ])
        }
        try writer.finish()
    }

    private static let rules = [
        Phrase(zh: "不清楚的留空，不要写 0。", en: "Leave empty what is not known; do not write 0."),
        Phrase(zh: "列可以增减、换序，表头不要改名。", en: "Columns may be left out and reordered; keep their names."),
        Phrase(zh: "一行一条，不要合计行。", en: "One row each; no row of totals."),
    ]

    private var columns: [Column] {
        switch kind {
        case .estates:
            return [question(CoreFact.name)].compactMap { $0 }
                + registerColumns([
                    "number", "district", "subdistrict", "neighbourhood", "address", "aliases", "longitude", "latitude",
                ])
                + survey.questions.filter { $0.key != CoreFact.name }.map(column)
                + registerColumns(["surveyDate", "surveyor", "source"])
        case .buildings:
            return registerColumns(["estateName", "estateNumber", "district", "subdistrict", "neighbourhood"])
                + [question(CoreFact.name)].compactMap { $0 } + registerColumns(["longitude", "latitude"])
                + survey.questions.filter { $0.key != CoreFact.name }.map(column)
                + registerColumns(["surveyDate", "surveyor", "source"])
        case .checklist:
            return [question(CoreFact.name)].compactMap { $0 }
                + registerColumns(["number", "district", "subdistrict", "neighbourhood", "note"])
        case .outlines: return []
        }
    }

    private func question(_ key: String) -> Column? { survey.question(key).map(column) }

    private func registerColumns(_ keys: [String]) -> [Column] {
        keys.compactMap { key in
            survey.column(key).map { column in
                Column(
                    title: column.zh, en: column.en, isRequired: ["subdistrict", "estateName"].contains(key),
                    way: Self.ways[key] ?? Phrase(zh: "文字", en: "text"),
                    format: Self.degrees.contains(key) ? .general : .text)
            }
        }
    }

    private static let degrees: Set<String> = ["longitude", "latitude"]

    private static let ways: [String: Phrase] = [
        "number": Phrase(zh: "更新已有小区时填；新小区留空", en: "to update an estate on file; empty for a new one"),
        "estateNumber": Phrase(zh: "同名小区多时必填", en: "needed where estates share a name"),
        "longitude": Phrase(zh: "度，如 112.98231", en: "degrees, such as 112.98231"),
        "latitude": Phrase(zh: "度，如 28.19412", en: "degrees, such as 28.19412"),
        "aliases": Phrase(zh: "用顿号分开", en: "separated by 、"),
        "surveyDate": Phrase(zh: "如 2026-06-30", en: "such as 2026-06-30"),
    ]

    private func column(_ question: SurveyQuestion) -> Column {
        Column(
            title: question.zh + (question.unit.flatMap { $0.name.zh.isEmpty ? nil : "(\($0.name.zh))" } ?? ""),
            en: question.en, isRequired: question.key == CoreFact.name, unit: question.unit?.name.both ?? "",
            way: question.kind.way, choices: question.choices.map(\.zh).joined(separator: "、"),
            help: question.help?.phrase)
    }
}

extension SurveyQuestion.Kind {
    /// How an answer is written into a cell.
    var way: Phrase {
        switch self {
        case .integer: Phrase(zh: "整数", en: "a whole number")
        case .decimal: Phrase(zh: "数", en: "a number")
        case .share: Phrase(zh: "百分数，如 35%", en: "a percentage, such as 35%")
        case .choice: Phrase(zh: "从可选答案中选一个", en: "one of the answers")
        case .ordinal: Phrase(zh: "从可选答案中选一个（由好到差）", en: "one of the answers (best first)")
        case .flag: Phrase(zh: "是 或 否", en: "是 (yes) or 否 (no)")
        case .year: Phrase(zh: "年份，如 1986、1996-1998", en: "a year or years, such as 1986 or 1996-1998")
        case .text: Phrase(zh: "文字", en: "text")
        }
    }
}
