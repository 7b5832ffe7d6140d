import ArgumentParser
import Foundation
import Kernel
import Registry
import Store

struct ExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "导出小区 Export estates as XLSX, CSV or GeoJSON, by the file's ending.")

    @Argument(help: "目标文件 file: .xlsx, .csv, .geojson.", completion: .file())
    var file: String

    @OptionGroup var house: HouseOptions

    @Option(name: .long, help: "区划代码 place.")
    var place: String?

    @Option(name: .long, help: "阶段代码 stage.")
    var stage: String?

    func validate() throws {
        if let place, PlaceCode(place) == nil { throw ValidationError("--place: 430111") }
        guard ExportFormat(rawValue: URL(filePath: file).pathExtension) != nil else {
            throw ValidationError("文件名须以 .xlsx、.csv 或 .geojson 结尾 The file must end in .xlsx, .csv or .geojson")
        }
    }

    func run() async throws {
        let house = try await House.open(self.house)
        let (register, owner, file) = (house.register, house.owner, file)
        let format = ExportFormat(rawValue: URL(filePath: file).pathExtension) ?? .csv
        let filter = self.filter
        let rows = try await house.database.read { tx in
            try register.exportEstates(filter, as: format, to: file, for: owner, in: tx)
        }
        try await house.act { deed in try register.recordExport(filter, as: format, rows: rows, in: deed) }
        await house.close()
        Terminal.out("已导出 Exported: \(rows) 行 rows → \(file)")
    }

    private var filter: EstateFilter {
        var filter = EstateFilter()
        filter.place = place.flatMap { PlaceCode($0) }
        filter.stages = stage.map { [$0] } ?? []
        return filter
    }
}
