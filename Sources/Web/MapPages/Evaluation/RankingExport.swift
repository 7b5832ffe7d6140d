import Components
import Evaluation
import Foundation
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
        let path = FileManager.default.temporaryDirectory.appending(path: "yiju-\(UUID().uuidString)").path
        let id: ID<EvaluationRun> = try visit.id()
        let reader = visit.actor.holding(.readEvaluation, onlyWhere: .exportLists)
        let (hall, filter, t) = (visit.hall, RankingQuery(visit.query).filter, visit.language)
        do {
            let (run, rows) = try await hall.database.read { tx in
                let run = try hall.evaluations.run(id, for: reader, in: tx)
                return (run, try write(run, filter, to: path, as: format, for: reader, t, hall, in: tx))
            }
            try await hall.database.act(as: visit.actor, clock: hall.clock) { deed in
                try deed.record(
                    "list.export", on: Subject("list", "evaluation"), at: run.place,
                    after: JSON.object([
                        "format": .string(format.rawValue), "rows": .integer(Int64(rows)),
                        "place": .string(filter.place?.digits ?? ""), "text": .string(filter.text),
                        "run": .string(run.id.description),
                    ]).text)
            }
            let name = t("\(hall.city.name.zh)综合评价 ", "\(hall.city.name.en) evaluation ") + run.asOf.description
            return .download(
                .file(path: path, removeAfter: true), name: "\(name).\(format.rawValue)", type: format.mediaType)
        } catch {
            try? FileManager.default.removeItem(atPath: path)
            throw error
        }
    }

    private static func write(
        _ run: EvaluationRun, _ filter: RankingFilter, to path: String, as format: ExportFormat, for reader: Actor,
        _ t: Language, _ hall: Hall, in tx: Tx
    ) throws -> Int {
        let scheme = try hall.evaluations.scheme(of: run, in: tx)
        let columns = columns(scheme, t)
        var rows = 0
        func each(_ append: ([OutputCell]) throws -> Void) throws {
            try hall.evaluations.eachLine(of: run, filter, for: reader, in: tx) { line in
                rows += 1
                try append(cells(line, scheme, run, t))
            }
        }
        if format == .xlsx {
            let book = try WorkbookWriter(path: path)
            try book.beginSheet(t("综合评价", "Evaluation"), columns: columns)
            try each { try book.append($0) }
            try book.finish()
        } else {
            _ = FileManager.default.createFile(atPath: path, contents: nil)
            let file = try FileHandle(forWritingTo: URL(filePath: path))
            var text = CSVWriter { try file.write(contentsOf: Data($0)) }
            try text.append(columns.map { .text($0.title) })
            try each { try text.append($0) }
            try text.finish()
            try file.close()
        }
        return rows
    }

    private static func columns(_ scheme: Scheme, _ t: Language) -> [SheetColumn] {
        let head: [(String, SheetColumn.Format)] = [
            (t("编号", "Number"), .general), (t("名称", "Name"), .general), (t("地区代码", "Place code"), .general),
            (t("等级", "Band"), .general), (t("名次", "Rank"), .integer), (t("最好名次", "Best rank"), .integer),
            (t("最差名次", "Worst rank"), .integer), (t("需求分", "Need"), .general), (t("最低", "Lowest"), .general),
            (t("最高", "Highest"), .general), (t("条件分", "Readiness"), .general), (t("条件", "Gate"), .general),
            (t("首批占比 %", "In first, %"), .general), (t("里子 %", "Function, %"), .general),
            (t("已知 %", "Known, %"), .general), (t("不排名原因", "Why not ranked"), .general),
            (t("生成数据", "Generated data"), .general),
        ]
        let aspects = scheme.aspects.map { ("\($0.number) \($0.name(t))", SheetColumn.Format.general) }
        return (head + aspects).map { SheetColumn($0.0, $0.1) }
    }

    private static func cells(_ line: RankingLine, _ scheme: Scheme, _ run: EvaluationRun, _ t: Language)
        -> [OutputCell]
    {
        func points(_ value: Double) -> OutputCell { .number((value * 1000).rounded() / 10) }
        func whole(_ number: Int?) -> OutputCell { number.map { .integer($0) } ?? .empty }
        let head: [OutputCell] = [
            .text(line.number), .text(line.name), .text(line.place.digits), .text(line.band ?? ""), whole(line.rank),
            whole(line.bestRank), whole(line.worstRank), points(line.need.middle), points(line.need.low),
            points(line.need.high), points(line.readiness.middle), .text(line.gate.name(t)),
            line.firstShare.map(points) ?? .empty, points(line.functionShare), points(Double(line.known) / 1000),
            .text(line.flag?.name(t) ?? ""), .text(run.isGenerated ? t("是", "yes") : ""),
        ]
        return head + line.aspects.map { points($0.middle) }
    }
}
