import ArgumentParser
import Foundation
import Identity
import Kernel
import Ledger
import Store

extension LedgerCommand {
    struct Statistics: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "stat", abstract: "城市更新统计表 The national statistical form of a year.",
            discussion: "资金单位为万元，精确到分。 Money is in 10,000 yuan, exact to the fen. 上报前请核对 Check it before filing.")

        @Argument(help: "年份 year.")
        var year: Int

        @OptionGroup var house: HouseOptions

        @Option(name: .long, help: "地区代码 place: 430111.")
        var place: String?

        @Option(name: .long, help: "格式 format: xlsx, csv, json.")
        var format = Format.csv

        @Option(name: .long, help: "写入文件 file to write; xlsx 必填 needed for xlsx.", completion: .file())
        var output: String?

        enum Format: String, ExpressibleByArgument, CaseIterable {
            case xlsx, csv, json
        }

        func validate() throws {
            if let place, PlaceCode(place) == nil { throw ValidationError("--place: 430111") }
            if format == .xlsx, output == nil { throw ValidationError("--output: form.xlsx") }
        }

        func run() async throws {
            let house = try await House.open(self.house)
            let codes = try StatCodes.load(file: house.root + "/Resources/ledger/stat-codes.json")
            let (ledger, owner, year, place) = (try house.ledger(), house.owner, year, place.flatMap { PlaceCode($0) })
            let form = try await house.database.read {
                try ledger.statForm(codes, year: year, of: place, for: owner, in: $0)
            }
            await house.close()
            switch format {
            case .xlsx: try form.writeWorkbook(to: output ?? "", in: .zh)
            case .csv: try write(String(decoding: form.csv(in: .zh), as: UTF8.self))
            case .json: try write(form.json.text + "\n")
            }
            for check in codes.checks { Terminal.err("! \(check.both)") }
        }

        private func write(_ text: String) throws {
            guard let output else { return Terminal.write(text) }
            try Data(text.utf8).write(to: URL(filePath: output))
        }
    }
}
