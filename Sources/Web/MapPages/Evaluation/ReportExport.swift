import Evaluation
import Frame
import Identity
import Kernel
import Registry
import Sheets
import Store

/// An estate's report as a workbook: the result, each aspect's part of it, and every fact it rests on.
enum ReportExport {
    static func answer(_ visit: Visit) async throws -> Frame.Answer {
        let estate: ID<Estate> = try visit.id("estate")
        let reader = visit.actor.holding(.readEvaluation, onlyWhere: .exportLists)
        return try await visit.send(as: .xlsx) { path, tx in
            let evaluations = visit.hall.evaluations
            let run = try visit.run(in: tx)
            let why = try evaluations.explanation(of: estate, in: run, for: reader, in: tx)
            let survey = try visit.hall.register.form(.estate, in: tx)
            let rows = try write(why, survey, to: path, visit.language)
            let name = visit.language("\(why.line.name)评价说明 ", "\(why.line.name) evaluation ") + run.asOf.description
            return LeavingFile(name: name) { deed in
                try deed.record(
                    "list.export", on: Subject("list", "evaluation"), at: why.line.place,
                    after: JSON.object([
                        "format": "xlsx", "rows": .integer(Int64(rows)), "run": .string(run.id.description),
                        "estate": .string(estate.description),
                    ]).text)
            }
        }
    }

    private static func write(
        _ why: EstateExplanation, _ survey: SurveyForm, to path: String, _ t: Language
    ) throws -> Int {
        let book = try WorkbookWriter(path: path)
        let result = result(why, t)
        try book.beginSheet(
            t("结果", "Result"), columns: [SheetColumn(t("项目", "Item"), .text), SheetColumn(t("内容", "Value"), .text)])
        for (item, value) in result { try book.append([.text(item), .text(value)]) }
        try book.beginSheet(
            t("各方面", "Aspects"),
            columns: [
                SheetColumn(t("方面", "Aspect"), .text), SheetColumn(t("贡献分", "Points"), .number(decimals: 1)),
            ])
        let shown = EvaluationWords.adding(why.contributions.map(\.points))
        for (part, points) in zip(why.contributions, shown) {
            let aspect = why.scheme.aspects[part.aspect]
            try book.append([.text("\(aspect.number) \(aspect.name(t))"), .number((points * 1000).rounded() / 10)])
        }
        let indicators = zip(why.scheme.aspects, why.indicators).flatMap { aspect, all in all.map { (aspect, $0) } }
        try book.beginSheet(
            t("指标", "Indicators"),
            columns: [
                SheetColumn(t("方面", "Aspect"), .text), SheetColumn(t("指标", "Indicator"), .text),
                SheetColumn(t("数据", "Fact"), .text), SheetColumn(t("取值最低", "Lowest"), .number(decimals: 1)),
                SheetColumn(t("取值最高", "Highest"), .number(decimals: 1)),
                SheetColumn(t("权重 %", "Weight, %"), .number(decimals: 2)), SheetColumn(t("依据", "Evidence"), .text),
            ])
        for (aspect, item) in indicators {
            try book.append([
                .text("\(aspect.number) \(aspect.name(t))"), .text(item.indicator.name(t)),
                .text(facts(item, survey, t)), .number(item.value.low * 100), .number(item.value.high * 100),
                .number(item.weight * 100), .text(item.indicator.evidence.name(t)),
            ])
        }
        try book.finish()
        return result.count + why.contributions.count + indicators.count
    }

    private static func result(_ why: EstateExplanation, _ t: Language) -> [(String, String)] {
        let line = why.line
        var lines = [
            (t("小区", "Estate"), line.name), (t("编号", "Number"), line.number),
            (t("截至", "As of"), why.run.asOf.description), (t("评价", "Evaluation"), why.run.id.description),
            (t("结果摘要", "Result digest"), why.run.resultDigest),
            (t("名次范围", "Ranks"), EvaluationWords.ranks(t, line)),
            (t("需求分", "Need"), EvaluationWords.points(line.need.middle)),
            (t("需求范围", "Range of need"), EvaluationWords.range(line.need)),
            (t("准备度", "Readiness"), EvaluationWords.points(line.readiness.middle)),
            (t("纳入条件", "Gate"), line.gate.name(t)),
            (t("首批占比", "In first"), EvaluationWords.share(line.firstShare)),
        ]
        if let flag = line.flag { lines.append((t("不排名原因", "Why not ranked"), flag.name(t))) }
        if why.run.isGenerated { lines.append((t("生成数据", "Generated data"), t("是", "yes"))) }
        return lines
    }

    private static func facts(_ item: ExplainedIndicator, _ survey: SurveyForm, _ t: Language) -> String {
        zip(item.indicator.measure.facts, item.facts).map { key, value in
            guard value.isKnown else { return t("未知", "unknown") }
            return survey.question(key)?.shown(value, t) ?? value.asDouble.map { "\($0)" } ?? ""
        }.joined(separator: " / ")
    }
}
