import ArgumentParser
import Foundation
import Geo
import Identity
import Kernel
import Registry
import Shapefile
import Store

struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "从表格或图形文件导入 Import from spreadsheets and files of shapes.",
        subcommands: [Estates.self, Buildings.self, Checklist.self, Outlines.self])

    struct Estates: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "estates", abstract: "导入小区 Import estates.",
            discussion:
                "有被拒绝的行时不导入任何行，除非用 --accept-good。 Nothing is imported when rows are refused, unless --accept-good.")
        @OptionGroup var job: ImportJob
        func run() async throws { try await job.run(.estates) }
    }

    struct Buildings: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "buildings", abstract: "导入楼栋 Import buildings.")
        @OptionGroup var job: ImportJob
        func run() async throws { try await job.run(.buildings) }
    }

    struct Checklist: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "checklist", abstract: "导入比对名单 Import a cross-check list.")
        @OptionGroup var job: ImportJob
        @Option(name: .long, help: "类别 kind: demolition, gradeD, heritage, subsidised.")
        var kind: String
        func run() async throws { try await job.run(.checklist, checklist: kind) }
    }
}

extension ImportCommand {
    struct Outlines: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "outlines", abstract: "导入小区边界 Import outlines of estates.",
            discussion: "GeoJSON，或打包成 .zip 的 Shapefile。 GeoJSON, or a shapefile packed as .zip; needs ogr2ogr.")
        @OptionGroup var job: ImportJob
        func run() async throws { try await job.run(.outlines) }
    }
}

struct ImportJob: ParsableArguments {
    @Argument(help: "XLSX 或 CSV 文件 file; outlines: GeoJSON, .zip.", completion: .file())
    var file: String

    @OptionGroup var house: HouseOptions

    @Flag(name: .long, help: "只预览，不导入 Show what would happen, import nothing.")
    var dryRun = false

    @Option(name: .long, help: "保存的列对应（JSON 文件）或使用其保存对应的区县代码。 Saved mapping: a JSON file, or a district's code.")
    var mapping: String?

    @Flag(name: .long, help: "只导入合格行 Take the good rows, leave the others.")
    var acceptGood = false

    @Option(name: .long, help: "把未导入的行写入工作簿 Write the rows not imported to this workbook.", completion: .file())
    var report: String?

    @Option(name: .long, help: "坐标系 datum: cgcs2000 (wgs84), gcj02, bd09.")
    var datum = "cgcs2000"

    @Option(name: .long, help: "工作表 sheet.")
    var sheet: String?

    @Option(name: .long, help: "未写明街道的行所属地区代码 place of rows that name none.")
    var place: String?

    @Option(name: .long, help: "数据来源 source of the facts.")
    var source = "区县报表"

    @Option(name: .long, help: "调查日期；不填则新数据按今天记 day of the survey, 2026-06-30; without it new values are dated today.")
    var day: String?

    @Option(name: .long, help: "输出格式 output: table, json.")
    var format = ReportFormat.table

    func validate() throws {
        guard Datum(named: datum) != nil else { throw ValidationError("--datum: cgcs2000, wgs84, gcj02, bd09") }
        if let day, Day(day) == nil { throw ValidationError("--day: 2026-06-30") }
        if let place, PlaceCode(place) == nil { throw ValidationError("--place: 430111002") }
    }

    func run(_ kind: ImportKind, checklist: String? = nil) async throws {
        let house = try await House.open(self.house)
        let options = try await options(kind, checklist, house)
        let result = try await outcome(options, kind, house)
        await house.close()
        write(result)
        if !result.isApplied && !dryRun {
            throw ImportHindered(report: result)
        }
    }

    private func options(_ kind: ImportKind, _ checklist: String?, _ house: House) async throws -> ImportOptions {
        var saved: HeaderMapping?
        if let mapping {
            if let district = PlaceCode(mapping) {
                let register = house.register
                saved = try await house.database.read { tx in try register.savedMapping(of: district, kind, in: tx) }
                guard saved != nil else {
                    throw Refusal(
                        .notFound, "mapping.none", zh: "区县 \(district) 没有保存的列对应。",
                        en: "The district \(district) has no saved mapping.")
                }
            } else {
                saved = try ImportOptions.decode(
                    HeaderMapping.self, String(decoding: House.read(mapping), as: UTF8.self))
            }
        }
        return ImportOptions(
            kind: kind, datum: Datum(named: datum) ?? .cgcs2000, sheet: sheet, mapping: saved, place: place,
            source: source, day: day, acceptGood: acceptGood, checklist: checklist)
    }

    private func outcome(_ options: ImportOptions, _ kind: ImportKind, _ house: House) async throws -> ImportReport {
        let (path, isMade) = try await readable(kind)
        defer { if isMade { try? FileManager.default.removeItem(atPath: path) } }
        let (register, dryRun, workbook) = (house.register, dryRun, report)
        let name = URL(filePath: file).lastPathComponent
        let read: @Sendable (Deed, (any RefusedRows)?) throws -> ImportReport = { deed, refused in
            switch kind {
            case .estates:
                dryRun
                    ? try register.previewEstates(path: path, fileName: name, options, refused: refused, in: deed)
                    : try register.importEstates(path: path, fileName: name, options, refused: refused, in: deed)
            case .buildings:
                dryRun
                    ? try register.previewBuildings(path: path, fileName: name, options, refused: refused, in: deed)
                    : try register.importBuildings(path: path, fileName: name, options, refused: refused, in: deed)
            case .checklist:
                try register.importChecklist(
                    path: path, fileName: name, options, applies: !dryRun, refused: refused, in: deed)
            case .outlines:
                try register.importOutlines(
                    path: path, fileName: name, options, applies: !dryRun, refused: refused, in: deed)
            }
        }
        // A transaction may be run again; each run writes the workbook of refused rows anew.
        let job: @Sendable (Deed) throws -> ImportReport = { deed in
            let refused = try workbook.map { try RefusedWorkbook(path: $0) }
            do {
                let report = try read(deed, refused)
                try refused?.finish()
                return report
            } catch let hindered as ImportHindered {
                try refused?.finish()
                throw hindered
            }
        }
        do {
            guard dryRun else { return try await house.act(job) }
            let (owner, clock) = (house.owner, house.clock)
            return try await house.database.read { tx in try job(Deed(actor: owner, now: clock.now, tx: tx)) }
        } catch let hindered as ImportHindered {
            return hindered.report
        }
    }

    /// The file; of a shapefile the GeoJSON made from it, which is to be taken away afterwards.
    private func readable(_ kind: ImportKind) async throws -> (path: String, isMade: Bool) {
        guard kind == .outlines, Shapefile.isArchive(file) else { return (file, false) }
        let target = FileManager.default.temporaryDirectory.appending(path: "yiju-\(UUID().uuidString)").path
        try await Shapefile.convert(file, toGeoJSON: target)
        return (target, true)
    }

    private func write(_ report: ImportReport) {
        if format == .json {
            Terminal.out(json(report).text)
            return
        }
        let outcomes: [(ImportReport.Outcome, Phrase)] = [
            (.new, Phrase(zh: "新增", en: "new")), (.changed, Phrase(zh: "更改", en: "changed")),
            (.unchanged, Phrase(zh: "不变", en: "unchanged")), (.doubtful, Phrase(zh: "待确认", en: "doubtful")),
            (.refused, Phrase(zh: "拒绝", en: "refused")), (.skipped, Phrase(zh: "跳过", en: "skipped")),
        ]
        let rows = outcomes.map { [$1.both, String(report.count($0))] }
        Terminal.out("\(report.fileName) · \(report.sheetName)\(report.isApplied ? "" : " · 未导入 not imported")")
        Terminal.out(Terminal.table(["结果 outcome", "行数 rows"], rows))
        for notice in report.notices { Terminal.out("! \(notice.message.both)") }
        for row in (report.samples[.refused] ?? []) + (report.samples[.doubtful] ?? []) {
            Terminal.out("第 \(row.number) 行 row \(row.number) \(row.name)")
            for reason in row.reasons {
                Terminal.out("   \(reason.field.map { $0 + ": " } ?? "")\(reason.message.both)")
            }
            for candidate in row.candidates { Terminal.out("   ? \(candidate.number) \(candidate.name)") }
        }
    }

    private func json(_ report: ImportReport) -> JSON {
        let counts = ImportReport.Outcome.allCases.map {
            JSON.Member($0.rawValue, .integer(Int64(report.count($0))))
        }
        let outcomes = ImportReport.Outcome.allCases.filter { $0 != .unchanged }
        let rows = outcomes.flatMap { report.samples[$0] ?? [] }.map { row in
            JSON.object([
                "row": .integer(Int64(row.number)), "name": .string(row.name), "outcome": .string(row.outcome.rawValue),
                "changes": .array(
                    row.changes.map {
                        .object(["field": .string($0.field), "before": $0.before, "after": $0.after])
                    }),
                "reasons": .array(
                    row.reasons.map {
                        .object([
                            "code": .string($0.code), "field": $0.field.map(JSON.string) ?? .null,
                            "zh": .string($0.message.zh), "en": .string($0.message.en),
                        ])
                    }),
                "candidates": .array(row.candidates.map { .string($0.number) }),
            ])
        }
        return .object([
            "file": .string(report.fileName), "sheet": .string(report.sheetName), "applied": .bool(report.isApplied),
            "counts": .object(counts), "newNeighbourhoods": .array(report.newNeighbourhoods.map(JSON.string)),
            "notices": .array(
                report.notices.map {
                    .object(["code": .string($0.code), "zh": .string($0.message.zh), "en": .string($0.message.en)])
                }),
            "rows": .array(rows),
        ])
    }
}
