import ArgumentParser
import Foundation
import Kernel
import Registry
import Sheets
import Store

struct EstatesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "estates", abstract: "列出小区 List estates.", subcommands: [List.self, Summary.self],
        defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "列出小区 List estates.")

        @OptionGroup var house: HouseOptions

        @Option(name: .long, help: "阶段代码 stage, e.g. works.")
        var stage: String?

        @Option(name: .long, help: "区县代码或名称 district, code or name.")
        var district: String?

        @Option(name: .long, help: "名称、编号、地址中的文字 text in name, number, address.")
        var search = ""

        @Option(name: .long, help: "输出格式 output: table, json, csv.")
        var format = OutputFormat.table

        @Option(name: .long, help: "最多行数 at most this many rows.")
        var limit = 1_000_000

        func run() async throws {
            let house = try await House.open(self.house)
            let (register, owner) = (house.register, house.owner)
            let (stage, district, search, limit) = (stage, district, search, limit)
            let (lines, names) = try await house.database.read { tx in
                var filter = EstateFilter()
                filter.text = search
                filter.sort = .number
                filter.stages = try stage.map { [try Choosing.stage($0, register, in: tx)] } ?? []
                filter.place = try district.map { try Choosing.place($0, register, in: tx) }
                var lines: [EstateLine] = []
                try register.eachEstate(filter, for: owner, in: tx) { if lines.count < limit { lines.append($0) } }
                return (lines, try register.placeNames(lines.map(\.place), in: tx))
            }
            await house.close()
            try write(lines, names)
        }

        private func write(_ lines: [EstateLine], _ names: [PlaceCode: Place]) throws {
            switch format {
            case .json:
                Terminal.out(JSON.array(lines.map(\.json)).text)
            case .csv, .table:
                let header = [
                    "编号 number", "名称 name", "地区 place", "建成 built", "楼栋 buildings", "户数 households", "面积 m²",
                    "阶段 stage",
                ]
                let rows = lines.map { line in
                    [
                        line.number, line.name,
                        line.place.ancestor(.subdistrict).flatMap { names[$0]?.name } ?? line.place.digits,
                        line.builtFrom.map(String.init) ?? "", line.buildings.map(String.init) ?? "",
                        line.households.map(String.init) ?? "", line.floorArea.map { String($0.m2) } ?? "", line.stage,
                    ]
                }
                if format == .table {
                    Terminal.out(Terminal.table(header, rows))
                } else {
                    var writer = CSVWriter { Terminal.out(bytes: $0) }
                    for row in [header] + rows { try writer.append(row.map { .text($0) }) }
                    try writer.finish()
                }
            }
        }
    }

    struct Summary: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "summary", abstract: "合计 Totals of the stock, by district, stage and year.")

        @OptionGroup var house: HouseOptions

        @Option(name: .long, help: "输出格式 output: table, json.")
        var format = ReportFormat.table

        func run() async throws {
            let house = try await House.open(self.house)
            let (register, owner) = (house.register, house.owner)
            let (summary, names) = try await house.database.read { tx in
                let summary = try register.summary(for: owner, in: tx)
                return (summary, try register.placeNames(summary.byDistrict.map(\.place), in: tx))
            }
            await house.close()
            if format == .json {
                Terminal.out(summary.json(names).text)
                return
            }
            let stock = summary.stock
            Terminal.out(
                "小区 estates \(stock.estates) · 户 households \(stock.households) · 面积 floor area \(stock.floorArea.m2) m²"
            )
            let rows = summary.byYear.map { year in
                [
                    String(year.year), String(year.figures.programmed.estates),
                    String(year.figures.programmed.buildings),
                    String(year.figures.programmed.households), String(year.figures.completed.estates),
                ]
            }
            Terminal.out(
                Terminal.table(["年 year", "计划 programmed", "楼栋 buildings", "户 households", "完成 completed"], rows))
        }
    }
}
