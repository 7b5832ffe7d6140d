import Foundation
import Geo
public import Identity
public import Kernel
import Sheets
public import Store

/// The formats a list leaves in.
public enum ExportFormat: String, Sendable, CaseIterable {
    case xlsx, csv, geojson

    public var mediaType: String {
        switch self {
        case .xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        case .csv: "text/csv; charset=utf-8"
        case .geojson: "application/geo+json"
        }
    }
}

extension Register {
    /// Writes the estates that match into a file, with all facts of the form, in the same columns as the import reads,
    /// so that a district can correct the sheet and bring it back.
    /// - Returns: how many rows.
    public func exportEstates(
        _ filter: EstateFilter, as format: ExportFormat, to path: String, for actor: Actor, in tx: Tx
    ) throws -> Int {
        try actor.require(.exportLists)
        var filter = filter
        // Exporting takes its own right; one sees only where both are held.
        guard let place = filter.place else {
            var count = 0
            let writer = try EstateExport(self, format, path, in: tx)
            for place in actor.scope(.exportLists).places {
                filter.place = place == .country ? nil : place
                count += try writer.append(filter, actor, self, tx)
            }
            try writer.finish()
            return count
        }
        try actor.require(.exportLists, at: place)
        let writer = try EstateExport(self, format, path, in: tx)
        let count = try writer.append(filter, actor, self, tx)
        try writer.finish()
        return count
    }

    /// An export leaves a line in the record: who took what out.
    public func recordExport(_ filter: EstateFilter, as format: ExportFormat, rows: Int, in deed: Deed) throws {
        let city = try city(in: deed.tx)
        try deed.record(
            "estate.export", on: Subject("list", "estates"),
            at: filter.place ?? deed.actor.scope(.exportLists).places.first ?? city.code,
            after: JSON.object([
                "format": .string(format.rawValue), "rows": .integer(Int64(rows)), "text": .string(filter.text),
                "place": .string(filter.place?.digits ?? ""),
                "stages": .array(filter.stages.sorted().map(JSON.string)),
            ]).text)
    }
}

private final class EstateExport {
    private enum Sink {
        case workbook(WorkbookWriter)
        case csv(CSVWriter, FileHandle)
        case geo(FeatureCollectionWriter, FileHandle)
    }

    private var sink: Sink
    private let questions: [SurveyQuestion]
    private let stages: [String: Stage]
    private let places: [PlaceCode: Place]

    init(_ register: Register, _ format: ExportFormat, _ path: String, in tx: Tx) throws {
        let form = try register.form(.estate, in: tx)
        questions = form.questions.filter { $0.key != CoreFact.name }
        stages = Dictionary(
            try register.stageList(in: tx).map { ($0.code, $0) }, uniquingKeysWith: { first, _ in first })
        places = Dictionary(
            try tx.map("SELECT * FROM place") { try Place($0) }.map { ($0.code, $0) },
            uniquingKeysWith: { first, _ in first })
        let head = ["小区编号", "小区名称", "区县", "街道", "社区", "地址", "别名", "经度", "纬度", "阶段"]
        let titles = head + questions.map { question in question.zh + (question.unit.map { "(\($0.name.zh))" } ?? "") }
        switch format {
        case .xlsx:
            let writer = try WorkbookWriter(path: path)
            try writer.beginSheet("小区", columns: titles.map { SheetColumn($0) })
            sink = .workbook(writer)
        case .csv:
            let file = try Self.create(path)
            var writer = CSVWriter { try file.write(contentsOf: Data($0)) }
            try writer.append(titles.map { .text($0) })
            sink = .csv(writer, file)
        case .geojson:
            sink = .geo(FeatureCollectionWriter(), try Self.create(path))
        }
    }

    private static func create(_ path: String) throws -> FileHandle {
        guard FileManager.default.createFile(atPath: path, contents: nil) else {
            throw Refusal(
                .unavailable, "export.file", zh: "无法写入导出文件“\(path)”。", en: "The export cannot be written to “\(path)”.")
        }
        return try FileHandle(forWritingTo: URL(filePath: path))
    }

    func append(_ filter: EstateFilter, _ actor: Actor, _ register: Register, _ tx: Tx) throws -> Int {
        var count = 0
        var batch: [EstateLine] = []
        try register.eachEstate(filter, for: actor, in: tx) { line in
            batch.append(line)
            count += 1
            if batch.count == 500 {
                try write(batch, register, tx)
                batch.removeAll(keepingCapacity: true)
            }
        }
        try write(batch, register, tx)
        return count
    }

    private func write(_ lines: [EstateLine], _ register: Register, _ tx: Tx) throws {
        guard !lines.isEmpty else { return }
        let ids = lines.map(\.id)
        var details: [ID<Estate>: (address: String, facts: FactSheet)] = [:]
        try tx.each(
            "SELECT id, address, facts FROM estate JOIN estate_sheet ON estate_sheet.estate = id WHERE id IN \(list: ids)"
        ) { details[try $0[0]] = (try $0[1], try FactSheet(document: try $0[2])) }
        var aliases: [ID<Estate>: [String]] = [:]
        try tx.each("SELECT estate, name FROM estate_alias WHERE estate IN \(list: ids) ORDER BY name") {
            aliases[try $0[0], default: []].append(try $0[1])
        }
        for line in lines {
            guard let detail = details[line.id] else { continue }
            try write(line, address: detail.address, aliases: aliases[line.id] ?? [], detail.facts)
        }
    }

    private func write(_ line: EstateLine, address: String, aliases: [String], _ facts: FactSheet) throws {
        if case .geo(var writer, let file) = sink {
            writer.append(line.location.map { .point($0) }, id: line.id.description, properties: properties(line))
            try file.write(contentsOf: Data(writer.drain()))
            sink = .geo(writer, file)
            return
        }
        let place = { (level: PlaceCode.Level) in line.place.ancestor(level).flatMap { self.places[$0]?.name } ?? "" }
        var cells: [OutputCell] = [
            .text(line.number), .text(line.name), .text(place(.district)), .text(place(.subdistrict)),
            .text(place(.neighbourhood)), .text(address), .text(aliases.joined(separator: "、")),
            line.location.map { .number($0.longitude) } ?? .empty, line.location.map { .number($0.latitude) } ?? .empty,
            .text(stages[line.stage]?.name.zh ?? line.stage),
        ]
        for question in questions { cells.append(cell(facts[question.key], question)) }
        switch sink {
        case .workbook(let writer): try writer.append(cells)
        case .csv(var writer, let file):
            try writer.append(cells)
            sink = .csv(writer, file)
        case .geo: break
        }
    }

    private func cell(_ fact: Fact?, _ question: SurveyQuestion) -> OutputCell {
        guard let fact else { return .empty }
        switch fact.value {
        case .unknown: return .empty
        // An estimate stays one when the file comes back.
        case .integer where fact.isApproximate, .number where fact.isApproximate, .years where fact.isApproximate:
            return .text("约" + question.cell(fact.value))
        case .integer(let number): return .integer(number)
        case .number(let number) where question.kind != .share: return .number(number)
        default: return .text(question.cell(fact.value))
        }
    }

    private func properties(_ line: EstateLine) -> [JSON.Member] {
        JSON.object([
            "number": .string(line.number), "name": .string(line.name),
            "place": .string(line.place.digits), "stage": .string(line.stage),
            "households": line.households.map { .integer(Int64($0)) } ?? .null,
            "buildings": line.buildings.map { .integer(Int64($0)) } ?? .null,
            "floorAreaM2": line.floorArea.map { .number($0.m2) } ?? .null,
            "builtFrom": line.builtFrom.map { .integer(Int64($0)) } ?? .null,
            "builtTo": line.builtTo.map { .integer(Int64($0)) } ?? .null,
        ]).members
    }

    func finish() throws {
        switch sink {
        case .workbook(let writer): try writer.finish()
        case .csv(var writer, let file):
            try writer.finish()
            try file.close()
        case .geo(let writer, let file):
            try file.write(contentsOf: Data(writer.finish()))
            try file.close()
        }
    }
}
