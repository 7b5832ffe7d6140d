import Components
import Evaluation
import Frame
import Identity
import Kernel
import Registry
import Sheets
import Store

/// A ranking as a file: what is filtered on its page leaves with its ranges, and the leaving is recorded.
enum RankingExport {
    static let routes: [Route] = [ExportFormat.xlsx, .csv].map { format in
        .look("/evaluation/runs/{id}.\(format.rawValue)", .right(.exportLists)) { visit in
            try await export(visit, as: format)
        }
    }

    private static func export(_ visit: Visit, as format: ExportFormat) async throws -> Frame.Answer {
        let id: ID<EvaluationRun> = try visit.id()
        let reader = visit.actor.holding(.readEvaluation, onlyWhere: .exportLists)
        let (hall, filter, t) = (visit.hall, RankingQuery(visit.query).filter, visit.language)
        return try await visit.send(as: format) { path, tx in
            let run = try hall.evaluations.run(id, for: reader, in: tx)
            let scheme = try hall.evaluations.scheme(of: run, in: tx)
            let file = try ListFile(t("综合评价", "Evaluation"), columns(scheme), as: format, to: path, in: t)
            try hall.evaluations.eachLine(of: run, filter, for: reader, in: tx) { line in
                try file.append(cells(line, scheme, run, t))
            }
            try file.finish()
            let rows = file.rows
            let name = t("\(hall.city.name.zh)综合评价 ", "\(hall.city.name.en) evaluation ") + run.asOf.description
            return LeavingFile(name: name) { deed in
                try deed.record(
                    "list.export", on: Subject("list", "evaluation"), at: run.place,
                    after: JSON.object([
                        "format": .string(format.rawValue), "rows": .integer(Int64(rows)),
                        "place": .string(filter.place?.digits ?? ""), "text": .string(filter.text),
                        "run": .string(run.id.description),
                    ]).text)
            }
        }
    }

    private static func columns(_ scheme: Scheme) -> [ListColumn] {
        let head = [
            ListColumn("number", zh: "编号", en: "Number"), ListColumn("name", zh: "名称", en: "Name"),
            ListColumn("place", zh: "地区代码", en: "Place code"), ListColumn("band", zh: "等级", en: "Band"),
            ListColumn("rank", zh: "名次", en: "Rank", .integer),
            ListColumn("bestRank", zh: "最好名次", en: "Best rank", .integer),
            ListColumn("worstRank", zh: "最差名次", en: "Worst rank", .integer),
            ListColumn("need", zh: "需求分", en: "Need"), ListColumn("needLow", zh: "需求最低", en: "Need, lowest"),
            ListColumn("needHigh", zh: "需求最高", en: "Need, highest"),
            ListColumn("readiness", zh: "准备度", en: "Readiness"),
            ListColumn("readinessLow", zh: "准备度最低", en: "Readiness, lowest"),
            ListColumn("readinessHigh", zh: "准备度最高", en: "Readiness, highest"),
            ListColumn("gate", zh: "纳入条件", en: "Gate"), ListColumn("firstShare", zh: "首批占比 %", en: "In first, %"),
            ListColumn("functionShare", zh: "里子 %", en: "Function, %"), ListColumn("known", zh: "已知 %", en: "Known, %"),
            ListColumn("flag", zh: "不排名原因", en: "Why not ranked"), .generated,
        ]
        return head
            + scheme.aspects.map { aspect in
                ListColumn(
                    aspect.code,
                    Phrase(zh: "\(aspect.number) \(aspect.name.zh)", en: "\(aspect.number) \(aspect.name.en)"))
            }
    }

    private static func cells(_ line: RankingLine, _ scheme: Scheme, _ run: EvaluationRun, _ t: Language)
        -> [OutputCell]
    {
        func points(_ value: Double) -> OutputCell { .number((value * 1000).rounded() / 10) }
        func whole(_ number: Int?) -> OutputCell { number.map { .integer($0) } ?? .empty }
        let head: [OutputCell] = [
            .text(line.number), .text(line.name), .text(line.place.digits), .text(line.band ?? ""), whole(line.rank),
            whole(line.bestRank), whole(line.worstRank), points(line.need.middle), points(line.need.low),
            points(line.need.high), points(line.readiness.middle), points(line.readiness.low),
            points(line.readiness.high), .text(line.gate.name(t)),
            line.firstShare.map(points) ?? .empty, points(line.functionShare), points(Double(line.known) / 1000),
            .text(line.flag?.name(t) ?? ""), .mark(run.isGenerated, t),
        ]
        return head + line.aspects.map { points($0.middle) }
    }
}
