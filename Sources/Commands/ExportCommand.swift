import ArgumentParser
import Foundation
import Identity
import Kernel
import Registry
import Store

struct ExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "导出列表 Export a list as XLSX, CSV or GeoJSON, by the file's ending.")

    @Argument(help: "目标文件 file: .xlsx, .csv, .geojson（小区、楼栋 estates, buildings）.", completion: .file())
    var file: String

    @OptionGroup var house: HouseOptions

    @Option(
        name: .long,
        help: "列表 list: estates, buildings, projects, quality, checklists, places, people, record.",
        transform: { text in
            guard let kind = ExportedList.Kind(rawValue: text) else {
                throw ValidationError(
                    "--list: " + ExportedList.Kind.allCases.map(\.rawValue).joined(separator: ", "))
            }
            return kind
        })
    var list = ExportedList.Kind.estates

    @Option(name: .long, help: "地区代码，或市、区县名称 place: a code, or the name of the city or a district.")
    var place: String?

    @Option(name: .long, help: "阶段代码 stage, for estates, buildings, projects.")
    var stage: String?

    private var format: ExportFormat? { ExportFormat(rawValue: URL(filePath: file).pathExtension.lowercased()) }

    func validate() throws {
        guard let format else {
            throw ValidationError("文件名须以 .xlsx、.csv 或 .geojson 结尾 The file must end in .xlsx, .csv or .geojson")
        }
        guard list.formats.contains(format) else {
            throw ValidationError("只有小区和楼栋可导出为 GeoJSON Only estates and buildings are exported as GeoJSON")
        }
        guard stage == nil || [.estates, .buildings, .projects].contains(list) else {
            throw ValidationError("--stage 只用于 is for: estates, buildings, projects")
        }
        guard place == nil || list != .checklists else {
            throw ValidationError("--place 不用于 is not for: checklists")
        }
    }

    func run() async throws {
        let house = try await House.open(self.house)
        let (register, owner, vault, file) = (house.register, house.owner, house.vault, file)
        let (format, today) = (format ?? .csv, house.clock.now.dayInChina)
        let (kind, place, stage) = (list, place, stage)
        let (list, rows) = try await house.database.read { tx in
            let list = try Self.list(
                kind, place: try place.map { try Choosing.place($0, register, in: tx) },
                stage: try stage.map { try Choosing.stage($0, register, in: tx) })
            let rows = try register.export(
                list, as: format, to: file, language: .zh, vault: vault, today: today, for: owner, in: tx)
            return (list, rows)
        }
        try await house.act { deed in try register.recordExport(list, as: format, rows: rows, in: deed) }
        await house.close()
        Terminal.out("已导出 Exported: \(rows) 行 rows → \(file)")
    }

    private static func list(_ kind: ExportedList.Kind, place: PlaceCode?, stage: String?) throws -> ExportedList {
        var estates = EstateFilter()
        estates.place = place
        estates.stages = stage.map { [$0] } ?? []
        switch kind {
        case .estates: return .estates(estates)
        case .buildings: return .buildings(estates)
        case .projects:
            var projects = ProjectFilter()
            projects.place = place
            projects.stage = stage
            return .projects(projects)
        case .quality: return .quality(place)
        case .checklists: return .checklists(nil, isFound: nil)
        case .places: return .places(place)
        case .people: return .people(place) { _, _ in true }
        case .record: return .record(RecordFilter(within: place), kind: "") { Phrase(zh: $0, en: $0) }
        }
    }
}
